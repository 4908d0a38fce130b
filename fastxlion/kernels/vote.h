/* One bit a weight: momentum updated and direction packed in one pass, the majority applied in another */

/* == Bits == */
/* Weight i of a tensor that begins at `first` has bit (first + i)%64 of word (first + i)/64, in `plus` and in `some`:
   up, down (not `plus`) or nothing (not `some`). `first` is a multiple of 64; places after a tensor's end say down */
enum { WORD = 64 };

/* A bit for each number of a vector that is below zero, or not zero */
#if defined(__AVX512F__)
static inline uint32_t below_f32(f32v v) { return _mm512_cmp_ps_mask((__m512)v, _mm512_setzero_ps(), _CMP_LT_OQ); }
static inline uint32_t below_f64(f64v v) { return _mm512_cmp_pd_mask((__m512d)v, _mm512_setzero_pd(), _CMP_LT_OQ); }
#elif defined(__AVX__)
static inline uint32_t below_f32(f32v v) { return _mm256_movemask_ps((__m256)(v < 0)); }
static inline uint32_t below_f64(f64v v) { return _mm256_movemask_pd((__m256d)(v < 0)); }
#else
#define BELOW(F) \
static inline uint32_t below_##F(F##v v) { \
    uint32_t bits = 0; \
    for (int i = 0; i < (int)(BYTES/sizeof(F)); i++) bits |= (uint32_t)(v[i] < 0) << i; \
    return bits; \
}
BELOW(f32)
BELOW(f64)
#endif

/* Two vectors' bits in the order of memory, and back: signs from bits */
static inline uint32_t spaced(uint32_t x) {
    x = (x | x << 8) & 0x00FF00FF;
    x = (x | x << 4) & 0x0F0F0F0F;
    x = (x | x << 2) & 0x33333333;
    return (x | x << 1) & 0x55555555;
}
#define BITS(F, I) \
enum { LANES_##F = BYTES/sizeof(F) }; \
static inline uint32_t joined_##F##_in_order(uint32_t a, uint32_t b) { return a | b << LANES_##F; } \
static inline uint32_t joined_##F##_even_odd(uint32_t a, uint32_t b) { return spaced(a) | spaced(b) << 1; } \
static inline F##v unpacked_##F(uint32_t plus, uint32_t some, I##v at) { \
    const F##v zero = {0}, one = zero + 1; \
    const I##v none = {0}, up = ((none + plus) >> at) & 1, is = ((none + some) >> at) & 1; \
    return (F##v)(((I##v)one | ((up - 1) & (I##v)-zero)) & -is); \
} \
static inline void signs_##F##_in_order(uint32_t plus, uint32_t some, F##v *s) { \
    I##v at; \
    for (int k = 0; k < LANES_##F; k++) at[k] = k; \
    for (int i = 0; i < 2; i++) s[i] = unpacked_##F(plus, some, at + i*LANES_##F); \
} \
static inline void signs_##F##_even_odd(uint32_t plus, uint32_t some, F##v *s) { \
    I##v at; \
    for (int k = 0; k < LANES_##F; k++) at[k] = 2*k; \
    for (int i = 0; i < 2; i++) s[i] = unpacked_##F(plus, some, at + i); \
}
typedef uint32_t u32; typedef uint64_t u64;
typedef uint64_t u64v __attribute__((vector_size(BYTES)));
BITS(f32, u32)
BITS(f64, u64)

/* == Count == */
/* The majority of n voters, many words at a time: one of `places` has the ones of all sums, the next the twos. A sum is
   that of ups and of voters that do not say down, so it is above n where ups are more than downs. Nobody abstains from
   a row of `some` that is NULL. A tie is decided by voter `chair`, or by nobody if that is negative */
enum { PLACES = 16 };
int lion_tally(int64_t n, const uint64_t *const *plus, const uint64_t *const *some, int64_t chair, int64_t words,
               uint64_t *up, uint64_t *is) {
    enum { STEP = BYTES/8 };
    int bits = 0;
    while (bits < PLACES && 2*n >> bits) bits++;
    if (2*n >> bits || words%STEP) return -1;
    for (int64_t i = 0; i < words; i += STEP) {
        u64v places[PLACES], p, s, above = {0}, equal = ~above, own_plus = {0}, own_some = {0};
        for (int k = 0; k < bits; k++) places[k] = (u64v){0};
        for (int64_t v = 0; v < n; v++) {
            memcpy(&p, plus[v] + i, BYTES);
            if (some[v]) memcpy(&s, some[v] + i, BYTES); else s = ~(u64v){0};
            if (v == chair) { own_plus = p; own_some = s; }
            for (int half = 0; half < 2; half++) {
                u64v carry = half ? p | ~s : p & s;
                for (int k = 0; k < bits; k++) {
                    u64v both = places[k] & carry;
                    places[k] ^= carry;
                    carry = both;
                }
            }
        }
        for (int k = bits - 1; k >= 0; k--) {
            if (n >> k & 1) equal &= places[k];
            else { above |= equal & places[k]; equal &= ~places[k]; }
        }
        above |= equal & own_plus;
        s = ~equal | own_some;
        memcpy(up + i, &above, BYTES);
        memcpy(is + i, &s, BYTES);
    }
    return 0;
}

/* == Pack == */
/* A step of weights that are zero, with a learning rate of one: they end as minus the direction. All four loops are
   compiled: with a choice that is made when it runs, gcc 12 rounds product and sum of a long loop one by one */
#define PACKED(LOOP, F, ...) \
    const int beta1_low = (F)hypers[2] < (F).5, rate_low = (F)hypers[3] < (F).5; \
    const F h[6] = {1, 0, from_closer_##F(hypers[2], beta1_low), from_closer_##F(hypers[3], rate_low), 0, 0}; \
    if (beta1_low && rate_low) LOOP(__VA_ARGS__, h, 1, 1); \
    else if (beta1_low) LOOP(__VA_ARGS__, h, 1, 0); \
    else if (rate_low) LOOP(__VA_ARGS__, h, 0, 1); \
    else LOOP(__VA_ARGS__, h, 0, 0)

#define PACK_FLOAT(T, M, F, I, ORDER) \
INLINE void loop_pack_##T##_##M(const T *g, M *m, uint64_t *plus, uint64_t *some, int64_t n, const F *h, \
                                int beta1_low, int rate_low) { \
    enum { U = 2*LANES_##F }; \
    T r[WORD]; \
    M o[WORD], *mo = m; \
    for (int64_t left = n; left > 0; left -= WORD, g += WORD, m += WORD) { \
        if (left < WORD) { \
            memset(r, 0, sizeof r); memset(o, 0, sizeof o); \
            memcpy(r, g, left*sizeof(T)); memcpy(o, m, left*sizeof(M)); \
            mo = m; g = r; m = o; \
        } \
        SOON(g, WORD*sizeof(T)); SOON(m, WORD*sizeof(M)); \
        uint64_t up = 0, down = 0; \
        _Pragma("GCC unroll 16") \
        for (int k = 0; k < WORD; k += U) { \
            F##v w[2] = {{0}}, x[2], a[2]; \
            get_##T##_##ORDER(g + k, x); get_##M##_##ORDER(m + k, a); \
            for (int i = 0; i < 2; i++) lion_##F(w + i, x[i], a + i, h, beta1_low, rate_low, 0, 0); \
            put_##M##_##ORDER(m + k, a); \
            up |= (uint64_t)joined_##F##_##ORDER(below_##F(w[0]), below_##F(w[1])) << k; \
            down |= (uint64_t)joined_##F##_##ORDER(below_##F(-w[0]), below_##F(-w[1])) << k; \
        } \
        if (left < WORD) { memcpy(mo, o, left*sizeof(M)); down |= ~(uint64_t)0 << left; } \
        *plus++ = up; *some++ = up | down; \
    } \
} \
static void pack_##T##_##M(const row *r, int64_t i, int64_t n, const double *hypers, uint64_t *plus, uint64_t *some) { \
    PACKED(loop_pack_##T##_##M, F, (const T *)r->g + i, (M *)r->m + i, plus, some, n); \
}
/* One block at a time */
static inline bfloat16 encode_block(f32v *y, f32v *a) {
    i32v most[N] = {0};
    bfloat16 scales[N];
    float up[N];
    int32_t odd[N];
    f32v size[K];
    for (int i = 0; i < K; i++) {
        size[i] = (f32v)((i32v)a[i] & SIZE);
        most[0] = larger(most[0], (i32v)size[i]);
    }
    const i32v top = largest(most);
    if (odd_ones(top, odd)) return odd_encode(y, a);
    new_scales(top, scales, up);
    for (int i = 0; i < K; i += 2) encode(y + i, size + i, up[0]);
    return scales[0];
}
#define PACK_CODES(T, M, F, I, ORDER) \
INLINE void loop_pack_##T##_##M(const T *g, M *m, bfloat16 *s, uint64_t *plus, uint64_t *some, int64_t n, const F *h, \
                                int beta1_low, int rate_low) { \
    T r[BLOCK]; \
    M o[BLOCK], *mo = m; \
    for (int64_t left = n; left > 0; left -= BLOCK, g += BLOCK, m += BLOCK, s++) { \
        const int second = (n - left)/BLOCK%2; \
        if (left < BLOCK) { \
            memset(r, 0, sizeof r); memset(o, 0, sizeof o); \
            memcpy(r, g, left*sizeof(T)); memcpy(o, m, left); \
            mo = m; g = r; m = o; \
        } \
        SOON(g, BLOCK*sizeof(T)); SOON(m, BLOCK); \
        F##v w[K] = {{0}}, x[K], a[K], y[K]; \
        uint64_t up = 0, down = 0; \
        for (int i = 0; i < K; i += 2) { get_##T##_##ORDER(g + i*N, x + i); get_##M##_##ORDER(m + i*N, a + i); } \
        const float scale = as_float((uint32_t)(*s & 0x7FFF) << 16)*(1/16129.f); \
        for (int i = 0; i < K; i += 2) decode(a + i, *s, scale); \
        for (int i = 0; i < K; i++) lion_##F(w + i, x[i], a + i, h, beta1_low, rate_low, 0, 0); \
        *s = encode_block(y, a); \
        put_##M##_##ORDER(m, y, a); \
        for (int i = 0; i < K; i += 2) { \
            up |= (uint64_t)joined_##F##_##ORDER(below_##F(w[i]), below_##F(w[i+1])) << i*N; \
            down |= (uint64_t)joined_##F##_##ORDER(below_##F(-w[i]), below_##F(-w[i+1])) << i*N; \
        } \
        if (left < BLOCK) memcpy(mo, o, left); \
        if (left <= BLOCK) down |= (second ? 0 : ~(uint64_t)0 << BLOCK) | (left < BLOCK ? ~(uint64_t)0 << left : 0); \
        if (!second) *plus = *some = 0; \
        *plus |= up << second*BLOCK; *some |= (up | down) << second*BLOCK; \
        if (second) plus++, some++; \
    } \
} \
static void pack_##T##_##M(const row *r, int64_t i, int64_t n, const double *hypers, uint64_t *plus, uint64_t *some) { \
    PACKED(loop_pack_##T##_##M, F, (const T *)r->g + i, (M *)r->m + i, r->scales + i/BLOCK, plus, some, n); \
}

/* == Apply == */
/* A step whose gradient is the majority, with a momentum of zero that counts for nothing */
#define MAJORITY(LOOP, F, ...) \
    const F h[6] = {hypers[0], hypers[1], 0, 0, 0, hypers[5]}; \
    if (h[5] != 0) LOOP(__VA_ARGS__, h, h[1] != 0, 2 | (h[1] == 0) << 2); \
    else if (h[1] != 0) LOOP(__VA_ARGS__, h, 1, 0); \
    else LOOP(__VA_ARGS__, h, 0, 0)

#define APPLY(T, WAY, F, I, ORDER) \
INLINE void loop_apply_##T##_##WAY(T *p, extra e, const uint64_t *plus, const uint64_t *some, int64_t n, const F *h, \
                                   int decays, int cautious) { \
    enum { U = 2*LANES_##F, LOW = low_bits_##WAY }; \
    T q[U], *to = p; \
    bfloat16 l[U], *lo = e.low; \
    for (int64_t left = n, k = 0; left > 0; left -= U, k += U, p += U, e.at += U/2, e.low = further(e.low, LOW, U)) { \
        if (left < U) { \
            memset(q, 0, sizeof q); memcpy(q, p, left*sizeof(T)); \
            if (LOW) { memset(l, 0, sizeof l); memcpy(l, e.low, left*sizeof(bfloat16)); lo = e.low; e.low = l; } \
            to = p; p = q; \
        } \
        SOON(p, U*sizeof(T)); \
        if (LOW) SOON(e.low, U*sizeof(bfloat16)); \
        F##v w[2], x[2]; \
        load_##T##_##WAY(p, e, w); \
        signs_##F##_##ORDER(plus[k/WORD] >> k%WORD, some[k/WORD] >> k%WORD, x); \
        for (int i = 0; i < 2; i++) { \
            F##v a = {0}; \
            lion_##F(w + i, x[i], &a, h, 1, 1, decays, cautious); \
        } \
        save_##T##_##WAY(p, e, w); \
        if (left < U) { memcpy(to, q, left*sizeof(T)); if (LOW) memcpy(lo, l, left*sizeof(bfloat16)); } \
    } \
} \
static void apply_##T##_##WAY(const row *r, int64_t i, int64_t n, const double *hypers, \
                              const uint64_t *plus, const uint64_t *some) { \
    MAJORITY(loop_apply_##T##_##WAY, F, (T *)r->p + i, extra_of(r, i, low_bits_##WAY), plus, some, n); \
}

#define PACK_float32 PACK_FLOAT
#define PACK_float64 PACK_FLOAT
#define PACK_bfloat16 PACK_FLOAT
#define PACK_float16 PACK_FLOAT
#define PACK_int8 PACK_CODES
#define PACK_nearest(T, M) EXPAND(PACK_##M, T, M, RULE_##T) /* the direction is that of any rounding */
#define PACK_stochastic(T, M)
#define PACK_exact(T, M)
#define PACK(T, M, WAY) PACK_##WAY(T, M)
KINDS(PACK)
EXPAND(APPLY, float32, nearest, RULE_float32)
EXPAND(APPLY, float64, nearest, RULE_float64)
EXPAND(APPLY, float16, nearest, RULE_float16)
EXPAND(APPLY, bfloat16, nearest, RULE_bfloat16)
EXPAND(APPLY, bfloat16, stochastic, RULE_bfloat16)
EXPAND(APPLY, bfloat16, exact, RULE_bfloat16)

static const struct {
    void (*pack)(const row *, int64_t, int64_t, const double *, uint64_t *, uint64_t *);
    void (*apply)(const row *, int64_t, int64_t, const double *, const uint64_t *, const uint64_t *);
} vote_kinds[] = {
#define VOTES(T, M, WAY) {pack_##T##_##M, apply_##T##_##WAY},
KINDS(VOTES)
};

/* == A part of the table == */
typedef struct {
    job j;
    uint64_t *plus, *some;
    int64_t from;
    int applies;
} ballot;

static void vote_pieces(ballot *b) {
    job *j = &b->j;
    for (;;) {
        int64_t at = __atomic_fetch_add(&j->next, PIECE, __ATOMIC_RELAXED);
        int64_t stop = at + PIECE < j->end ? at + PIECE : j->end;
        if (at >= j->end) return;
        for (const row *r = row_at(j, at); r < j->rows + j->n && r->first < stop; r++) {
            int64_t i = at > r->first ? at - r->first : 0, n = (stop - r->first < r->n ? stop - r->first : r->n) - i;
            int64_t word = (r->first + i - b->from)/WORD;
            double h[6];
            if (n <= 0) continue;
            memcpy(h, j->hypers[r->group], sizeof h);
            if (!r->decays) h[1] = 0;
            if (b->applies) vote_kinds[r->kind].apply(r, i, n, h, b->plus + word, b->some + word);
            else vote_kinds[r->kind].pack(r, i, n, h, b->plus + word, b->some + word);
        }
    }
}
static void vote_work(void *data) {
    uint64_t had = keep_denormals();
    vote_pieces(data);
    put_back(had);
}
/* Pack, or apply, the places `from` to `to` of the table, multiples of 64; the bits begin with that of `from` */
int lion_vote(const row *rows, int64_t n, int64_t from, int64_t to, const double (*hypers)[6], uint64_t *plus,
              uint64_t *some, int applies, int threads, const openmp *omp) {
    for (int64_t i = 0; i < n; i++) if (unknown(rows[i].kind)) return -1;
    if (from%WORD || to%WORD) return -1;
    ballot b = {{lion_kinds, rows, n, to, from, hypers, 0, 0}, plus, some, from, applies};
    int64_t pieces = (to - from + PIECE - 1)/PIECE;
    if (threads > pieces) threads = pieces;
    in_threads(omp, threads, vote_work, &b);
    return 0;
}
