/* The fused Lion step for CPUs: one call steps all tensors of a table */
#include "simd.h"
#include "kinds.h"

/* == The rule == */
/* Weights w, gradients x, momenta a; lerps as PyTorch rounds them, from the end that is closer. h[2] and h[3] went
   through `from_closer`, which gcc would repeat for each vector. `cautious`: 1 where sign and gradient agree, h[4]
   times as far; 2 decay where sign and weight agree; 4 no decay. clang before 17 moves a choice between two sums in
   between product and sum, and gcc one between operands: they then round twice. So operands are chosen, and first.
   `decays` is known when this is compiled */
#define LION(F, I) \
static inline F from_closer_##F(F weight, int low) { return low ? weight : weight - 1; } \
static inline F##v sign_##F(F##v x, F##v a, const F *h, int beta1_low) { \
    const F##v closer = beta1_low ? x : a; \
    F##v c = h[2]*(x - a) - closer; \
    return opposite_sign_##F(c); \
} \
static inline void lion_##F(F##v *w, F##v x, F##v *a, const F *h, \
                            int beta1_low, int rate_low, int decays, int cautious) { \
    const F##v none = {0}; \
    F##v e = x - *a, s = sign_##F(x, *a, h, beta1_low), y = *w; \
    if (cautious & 1) s = (F##v)(((I##v)(none + h[4]) | ((I##v)s & (I##v)-none)) & (s*x > 0)); \
    if (cautious & 2) y = (F##v)((I##v)y & (s*y >= 0)); \
    if (cautious & 4) y = none; \
    *a = (rate_low ? *a : x) + h[3]*e; \
    *w -= h[0]*(decays ? s + h[1]*y : s); \
}
LION(f32, i32)
LION(f64, i64)

/* == Weights and how they are rounded == */
/* For each type of weights: the vectors of the rule, and the order in which two of them hold numbers from memory */
#define RULE_float32 f32, i32, in_order
#define RULE_float64 f64, i64, in_order
#define RULE_bfloat16 f32, i32, even_odd
#define RULE_float16 f32, i32, in_order

#define FIELD(type, name) type name;
typedef struct { COLUMNS(FIELD) } row;
_Static_assert(sizeof(row)%sizeof(int64_t) == 0 && sizeof(row *) == sizeof(int64_t), "a column has 64 bits");

/* What rounding needs: the lower halves (exact), or numbers from place `at` on and their key (stochastic) */
typedef struct { bfloat16 *low; uint32_t at, key, salt; } extra;
enum { low_bits_nearest = 0, low_bits_stochastic = 0, low_bits_exact = 1 };
_Static_assert(low_bits_exact && !low_bits_stochastic && !low_bits_nearest, "`extra` holds an address or a key");

static inline extra extra_of(const row *r, int64_t i, int low_bits) {
    extra e = {0};
    if (low_bits) e.low = (bfloat16 *)r->extra + i;
    else { e.at = i/2; e.key = r->extra; e.salt = r->extra >> 32; }
    return e;
}
/* There may be none */
static inline bfloat16 *further(bfloat16 *low, int low_bits, int64_t n) { return low_bits ? low + n : low; }

#define NEAREST(T, V, ORDER) \
static inline void load_##T##_nearest(const T *s, extra e, V *v) { (void)e; get_##T##_##ORDER(s, v); } \
static inline void save_##T##_nearest(T *d, extra e, const V *v) { (void)e; put_##T##_##ORDER(d, v); }
NEAREST(float32, f32v, in_order)
NEAREST(float64, f64v, in_order)
NEAREST(bfloat16, f32v, even_odd)
NEAREST(float16, f32v, in_order)

/* The bits of two vectors, with one bit pattern for every NaN */
static inline void bits(u32v *u, const f32v *v) {
    for (int i = 0; i < 2; i++) u[i] = (u32v)v[i];
    if (__builtin_expect(nans(v), 0)) for (int i = 0; i < 2; i++) {
        u32v nan = (u32v)(v[i] != v[i]);
        u[i] = (u[i] & ~nan) | (0x7FC00000 & nan);
    }
}
static inline void load_bfloat16_exact(const bfloat16 *s, extra e, f32v *v) {
    const i16w low = i16w_at(e.low);
    const u16w high = u16w_at(s) + (u16w)(low >> 15);
    v[0] = (f32v)evens((u32v)high, (u32v)low);
    v[1] = (f32v)odds((u32v)high, (u32v)low);
}
static inline void save_bfloat16_exact(bfloat16 *d, extra e, const f32v *v) {
    u32v u[2];
    bits(u, v);
    put_u32v(d, upper_halves(u[0] + 0x8000, u[1] + 0x8000));
    put_u32v(e.low, lower_halves(u[0], u[1]));
}
static inline void load_bfloat16_stochastic(const bfloat16 *s, extra e, f32v *v) {
    (void)e;
    get_bfloat16_even_odd(s, v);
}
static inline void save_bfloat16_stochastic(bfloat16 *d, extra e, const f32v *v) {
    u32v x, u[2];
    for (int i = 0; i < N; i++) x[i] = i*0x9E3779B9u;
    x += e.at*0x9E3779B9u + e.key;
    x ^= x >> 16; x *= 0x21F0AAAD;
    x ^= x >> 15; x ^= e.salt; x *= 0x735A2D97;
    x ^= x >> 15;
    bits(u, v);
    put_u32v(d, upper_halves(u[0] + (x & 0xFFFF), u[1] + (x >> 16)));
}

/* == Momentum in 8 bits == */
/* 32 codes q share a scale s and stand for s*q*|q|/127^2. A set sign bit of s: something is not finite */
enum { SIZE = 0x7FFFFFFF, INFINITE = 0x7F800000, NORMAL = 0x800000 };

static inline float as_float(uint32_t u) { float f; memcpy(&f, &u, 4); return f; }
static inline int32_t as_bits(float f) { int32_t u; memcpy(&u, &f, 4); return u; }

/* Inlined, what is rare would be most of the code */
#define ALONE static __attribute__((noinline, unused))

/* What the q*|q| of each of N blocks are multiplied with */
static inline void old_scales(const bfloat16 *s, float *scale) {
    const u32v u = __builtin_convertvector(u16v_at(s), u32v) & 0x7FFF;
    put_f32v(scale, (f32v)(u << 16)*(1/16129.f));
}
ALONE void odd_decode(f32v *a, float scale) {
    for (int i = 0; i < 2*N; i++) {
        float c = a[i/N][i%N];
        a[i/N][i%N] = c < -16129 ? as_float(INFINITE + NORMAL/2) : c != 0 ? c*scale : 0;
    }
}
static inline __attribute__((always_inline)) void decode(f32v *a, bfloat16 scales, float scale) {
    if (__builtin_expect(scales & 0x8000, 0)) { /* a copy, so that `a` stays in registers otherwise */
        f32v b[2] = {a[0], a[1]};
        odd_decode(b, scale);
        a[0] = b[0]; a[1] = b[1];
    }
    else for (int i = 0; i < 2; i++) a[i] *= scale;
}
/* The nearest bfloat16, but not 2^127 for less: its difference from a gradient just below would overflow */
static inline uint32_t scale_of(int32_t top) {
    uint32_t s = (top + 0x7FFF + (top >> 16 & 1)) >> 16, most = top < 0x7F000000 ? 0x7EFF : 0x7F7F;
    return s < most ? s : most;
}
/* Blocks that are not finite, or so small that 127^2/s overflows. NaN becomes -128 */
static bfloat16 odd_encode(f32v *y, f32v *a) {
    int32_t top = 0, odd = 0, infinite = 0;
    for (int i = 0; i < BLOCK; i++) {
        int32_t u = as_bits(a[i/N][i%N]) & SIZE;
        if (u < INFINITE) top = u > top ? u : top; else odd = 1;
        infinite |= u == INFINITE;
    }
    const uint32_t s = top < NORMAL ? 0 : scale_of(top);
    const float size = as_float(s << 16), up = size < 0x1p-60f ? 0x1p64f : 1;
    for (int i = 0; i < BLOCK; i++) {
        float m = a[i/N][i%N], square = (as_float(as_bits(m) & SIZE)*up)*(16129/(size*up)) - .25f;
        float side = __builtin_sqrtf(square > 0 ? square : 0);
        int32_t u = as_bits(m) & SIZE, c = s && u < INFINITE ? (int32_t)(side + .5f) : 0;
        if (infinite) c = u == INFINITE ? 127 : 0;
        y[i/N][i%N] = u > INFINITE ? 128 : c;
        if (u > INFINITE) a[i/N][i%N] = -1;
    }
    return (infinite ? 0x7F80 : s) | (odd ? 0x8000 : 0);
}
/* The scales of N blocks whose largest sizes are `t`, and what sizes are multiplied with before the root */
static inline void new_scales(i32v t, bfloat16 *s, float *scale) {
    const u32v some = (u32v)(t >= NORMAL), near = ((u32v)t + 0x7FFF + ((u32v)t >> 16 & 1)) >> 16;
    const u32v u = (u32v)smaller((i32v)near, (i32v){0} + 0x7EFF) & some;
    put_u16v(s, __builtin_convertvector(u, u16v));
    put_f32v(scale, (f32v)((u32v)(16129/(f32v)(u << 16)) & some));
}
/* Which of N blocks are for `odd_encode`, and are there any? Below 2^-60 or from 2^127 on */
static inline int odd_ones(i32v t, int32_t *odd) {
    const i32v o = (t >= NORMAL) & ((t < 0x21800000) | (t >= 0x7F000000));
    put_i32v(odd, o);
    return any(o);
}
/* Two vectors at a time, without signs. Codes are the whole parts of y */
static inline void encode(f32v *y, const f32v *size, float scale) {
    for (int i = 0; i < 2; i++) y[i] = root(size[i]*scale - .25f) + .5f;
}

/* == Loops == */
/* T is how weights are stored, M how momenta are, WAY how weights are rounded. The usual hypers are known when LOOP is
   compiled, and the others when it runs */
#define USUAL(LOOP, F, ...) \
    F h[6] = {hypers[0], hypers[1], hypers[2], hypers[3], hypers[4], hypers[5]}; \
    const int beta1_low = h[2] < (F).5, rate_low = h[3] < (F).5, cautious = (h[4] != 0) | (h[5] != 0) << 1; \
    h[2] = from_closer_##F(h[2], beta1_low); \
    h[3] = from_closer_##F(h[3], rate_low); \
    if (beta1_low || !rate_low || cautious) \
        LOOP(__VA_ARGS__, h, beta1_low, rate_low, 1, cautious | (h[1] == 0) << 2); \
    else if (h[1] != 0) LOOP(__VA_ARGS__, h, 0, 1, 1, 0); \
    else LOOP(__VA_ARGS__, h, 0, 1, 0, 0)
#define INLINE static inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLLED _Pragma("unroll")
#else
#define UNROLLED _Pragma("GCC unroll 4")
#endif
ALONE void copy(void *to, const void *from, int64_t bytes) { memcpy(to, from, bytes); }

/* Ask for what is needed soon: the hardware stops at the end of a page. There may be nothing */
enum { AHEAD = 2048, LINE = 64 };
#define SOON(p, bytes) \
    for (uintptr_t o = 0; o < (bytes); o += LINE) __builtin_prefetch((const void *)((uintptr_t)(p) + AHEAD + o))

/* Two vectors at a time; what is left at the end is copied to the stack and back */
#define STEP_FLOAT(T, M, WAY, F, I, ORDER) \
INLINE void loop_##T##_##M##_##WAY(T *p, const T *g, M *m, extra e, int64_t n, const F *h, \
                                   int beta1_low, int rate_low, int decays, int cautious) { \
    enum { U = 2*BYTES/sizeof(F), LOW = low_bits_##WAY }; \
    T q[U] = {0}, r[U] = {0}, *to = p; \
    M o[U] = {0}, *mo = m; \
    bfloat16 l[U] = {0}, *lo = e.low; \
    for (int64_t left = n; left > 0; left -= U, p += U, g += U, m += U, e.at += U/2, e.low = further(e.low, LOW, U)) { \
        if (left < U) { \
            copy(q, p, left*sizeof(T)); copy(r, g, left*sizeof(T)); copy(o, m, left*sizeof(M)); \
            if (LOW) { copy(l, e.low, left*sizeof(bfloat16)); lo = e.low; e.low = l; } \
            to = p; mo = m; p = q; g = r; m = o; \
        } \
        SOON(p, U*sizeof(T)); SOON(g, U*sizeof(T)); SOON(m, U*sizeof(M)); \
        if (LOW) SOON(e.low, U*sizeof(bfloat16)); \
        F##v w[2], x[2], a[2]; \
        load_##T##_##WAY(p, e, w); get_##T##_##ORDER(g, x); get_##M##_##ORDER(m, a); \
        for (int i = 0; i < 2; i++) lion_##F(w + i, x[i], a + i, h, beta1_low, rate_low, decays, cautious); \
        save_##T##_##WAY(p, e, w); put_##M##_##ORDER(m, a); \
        if (left < U) { \
            copy(to, q, left*sizeof(T)); copy(mo, o, left*sizeof(M)); \
            if (LOW) copy(lo, l, left*sizeof(bfloat16)); \
        } \
    } \
} \
static void step_##T##_##M##_##WAY(const row *r, int64_t i, int64_t n, const double *hypers) { \
    USUAL(loop_##T##_##M##_##WAY, F, (T *)r->p + i, (const T *)r->g + i, (M *)r->m + i, \
          extra_of(r, i, low_bits_##WAY), n); \
}
/* The same for codes. Momenta of N blocks are kept until their scales are known, and become codes while the next N
   are stepped: so nothing waits for a largest momentum, a division or a root. A block of codes is packed behind the
   steps of the next, when its roots are there */
typedef struct { f32v a[N*K], size[N*K]; float up[N]; int32_t odd[N]; } momenta;
#define CODED(ORDER) \
ALONE void finish_##ORDER(int8 *m, momenta *kept, bfloat16 *scales, int from, int to) { \
    for (int b = from; b < to; b++) { \
        f32v y[K], *a = kept->a + b*K; \
        if (kept->odd[b]) scales[b] = odd_encode(y, a); \
        else for (int i = 0; i < K; i += 2) encode(y + i, kept->size + b*K + i, kept->up[b]); \
        put_int8_##ORDER(m + b*BLOCK, y, a); \
    } \
}
CODED(in_order)
CODED(even_odd)

#define STEP_CODES(T, M, WAY, F, I, ORDER) \
INLINE void loop_##T##_##M##_##WAY(T *p, const T *g, M *m, bfloat16 *s, extra e, int64_t n, const F *h, \
                                   int beta1_low, int rate_low, int decays, int cautious) { \
    enum { LOW = low_bits_##WAY }; \
    T q[BLOCK] = {0}, r[BLOCK] = {0}, *to = p; \
    M o[BLOCK] = {0}, *mo = m, none[N*BLOCK], *before = none; \
    bfloat16 l[BLOCK] = {0}, *lo = e.low, scales[N] = {0}; \
    float old[N]; \
    momenta first = {0}, second, *kept = &first, *next = &second; \
    i32v most[N] = {0}; \
    int blocks, pending = 0; \
    for (int64_t left = n; left > 0; left -= blocks*BLOCK, p += blocks*BLOCK, g += blocks*BLOCK, m += blocks*BLOCK, \
                                     s += blocks, e.at += blocks*BLOCK/2, e.low = further(e.low, LOW, blocks*BLOCK)) { \
        blocks = left < BLOCK ? 1 : left < N*BLOCK ? left/BLOCK : N; \
        if (left < BLOCK) { \
            copy(q, p, left*sizeof(T)); copy(r, g, left*sizeof(T)); copy(o, m, left); \
            if (LOW) { copy(l, e.low, left*sizeof(bfloat16)); lo = e.low; e.low = l; } \
            to = p; mo = m; p = q; g = r; m = o; \
        } \
        if (blocks == N) put_u16v(scales, u16v_at(s)); else copy(scales, s, blocks*sizeof *s); \
        old_scales(scales, old); \
        for (int b = 0; b < blocks; b++) { \
            i32v top = {0}; \
            f32v y[K]; \
            const float up = kept->up[b], scale = old[b]; \
            const bfloat16 stored = scales[b]; \
            SOON(p + b*BLOCK, BLOCK*sizeof(T)); SOON(g + b*BLOCK, BLOCK*sizeof(T)); SOON(m + b*BLOCK, BLOCK); \
            if (LOW) SOON(e.low + b*BLOCK, BLOCK*sizeof(bfloat16)); \
            UNROLLED for (int i = 0; i < K; i += 2) { \
                const int at = b*BLOCK + i*N; \
                encode(y + i, kept->size + b*K + i, up); \
                const extra part = {further(e.low, LOW, at), e.at + at/2, e.key, e.salt}; \
                F##v w[2], x[2], a[2]; \
                load_##T##_##WAY(p + at, part, w); get_##T##_##ORDER(g + at, x); get_##M##_##ORDER(m + at, a); \
                decode(a, stored, scale); \
                for (int k = 0; k < 2; k++) { \
                    lion_##F(w + k, x[k], a + k, h, beta1_low, rate_low, decays, cautious); \
                    next->a[b*K + i + k] = a[k]; \
                    const i32v bits = (i32v)a[k] & SIZE; \
                    next->size[b*K + i + k] = (f32v)bits; \
                    top = i + k ? larger(top, bits) : bits; \
                } \
                save_##T##_##WAY(p + at, part, w); \
            } \
            put_##M##_##ORDER(before + b*BLOCK, y, kept->a + b*K); \
            most[b] = top; \
        } \
        if (pending > blocks) finish_##ORDER(before, kept, scales, blocks, pending); \
        momenta *const past = kept; kept = next; next = past; \
        const i32v top = largest(most); \
        new_scales(top, scales, kept->up); \
        pending = blocks; \
        before = m; \
        if (__builtin_expect(odd_ones(top, kept->odd), 0)) { \
            finish_##ORDER(m, kept, scales, 0, blocks); \
            memset(kept->odd, 0, sizeof kept->odd); \
            pending = 0; \
            before = none; \
        } \
        if (blocks == N) put_u16v(s, u16v_at(scales)); else copy(s, scales, blocks*sizeof *s); \
        if (left < BLOCK) { copy(to, q, left*sizeof(T)); if (LOW) copy(lo, l, left*sizeof(bfloat16)); } \
    } \
    finish_##ORDER(before, kept, scales, 0, pending); \
    copy(mo, o, n%BLOCK); \
} \
static void step_##T##_##M##_##WAY(const row *r, int64_t i, int64_t n, const double *hypers) { \
    USUAL(loop_##T##_##M##_##WAY, F, (T *)r->p + i, (const T *)r->g + i, (M *)r->m + i, r->scales + i/BLOCK, \
          extra_of(r, i, low_bits_##WAY), n); \
}

/* Where sign and gradient agree, counted before a cautious step */
#define AGREE_FLOAT(T, M, WAY, F, I, ORDER) \
static int64_t agree_##T##_##M##_##WAY(const row *r, int64_t i, int64_t n, const double *hypers) { \
    enum { U = 2*BYTES/sizeof(F) }; \
    const int beta1_low = (F)hypers[2] < (F).5; \
    const F h[3] = {hypers[0], hypers[1], from_closer_##F(hypers[2], beta1_low)}; \
    const T *g = (const T *)r->g + i; \
    const M *m = (const M *)r->m + i; \
    T s[U] = {0}; \
    M o[U] = {0}; \
    int64_t agree = 0; \
    I##v sum = {0}; \
    for (int64_t left = n; left > 0; left -= U, g += U, m += U) { \
        if (left < U) { copy(s, g, left*sizeof(T)); copy(o, m, left*sizeof(M)); g = s; m = o; } \
        F##v x[2], a[2]; \
        get_##T##_##ORDER(g, x); get_##M##_##ORDER(m, a); \
        for (int k = 0; k < 2; k++) sum -= sign_##F(x[k], a[k], h, beta1_low)*x[k] > 0; \
    } \
    for (int k = 0; k < (int)(BYTES/sizeof(F)); k++) agree += sum[k]; \
    return agree; \
}
#define AGREE_CODES(T, M, WAY, F, I, ORDER) \
static int64_t agree_##T##_##M##_##WAY(const row *r, int64_t i, int64_t n, const double *hypers) { \
    const int beta1_low = (F)hypers[2] < (F).5; \
    const F h[3] = {hypers[0], hypers[1], from_closer_##F(hypers[2], beta1_low)}; \
    const T *g = (const T *)r->g + i; \
    const M *m = (const M *)r->m + i; \
    const bfloat16 *s = r->scales + i/BLOCK; \
    T q[BLOCK] = {0}; \
    M o[BLOCK] = {0}; \
    int64_t agree = 0; \
    I##v sum = {0}; \
    for (int64_t left = n; left > 0; left -= BLOCK, g += BLOCK, m += BLOCK, s++) { \
        if (left < BLOCK) { copy(q, g, left*sizeof(T)); copy(o, m, left); g = q; m = o; } \
        const float scale = as_float((uint32_t)(*s & 0x7FFF) << 16)*(1/16129.f); \
        for (int i = 0; i < K; i += 2) { \
            F##v x[2], a[2]; \
            get_##T##_##ORDER(g + i*N, x); get_##M##_##ORDER(m + i*N, a); \
            decode(a, *s, scale); \
            for (int k = 0; k < 2; k++) sum -= sign_##F(x[k], a[k], h, beta1_low)*x[k] > 0; \
        } \
    } \
    for (int k = 0; k < N; k++) agree += sum[k]; \
    return agree; \
}

/* == The table of kinds == */
/* Each kind of kinds.h gets its functions, and a row that names them. With -DONLY only those that are asked for do, by
   "-DWANT_float32_int8_nearest=, 1" or the like */
#define STEP_float32 STEP_FLOAT
#define STEP_float64 STEP_FLOAT
#define STEP_bfloat16 STEP_FLOAT
#define STEP_float16 STEP_FLOAT
#define STEP_int8 STEP_CODES
#define AGREE_float32 AGREE_FLOAT
#define AGREE_float64 AGREE_FLOAT
#define AGREE_bfloat16 AGREE_FLOAT
#define AGREE_float16 AGREE_FLOAT
#define AGREE_int8 AGREE_CODES
#define EXPAND(MACRO, ...) MACRO(__VA_ARGS__)
#ifdef ONLY
#define IF_WANTED(MACRO, T, M, WAY) CHOOSE(SECOND_OF(WANT_##T##_##M##_##WAY, 0, 0), MACRO, T, M, WAY)
#else
#define IF_WANTED(MACRO, T, M, WAY) CHOOSE(1, MACRO, T, M, WAY)
#endif
#define SECOND(a, b, ...) b
#define SECOND_OF(...) SECOND(__VA_ARGS__)
#define CHOSEN(wanted, MACRO, T, M, WAY) MACRO##_##wanted(T, M, WAY)
#define CHOOSE(...) CHOSEN(__VA_ARGS__)
#define FUNCTIONS_1(T, M, WAY) EXPAND(STEP_##M, T, M, WAY, RULE_##T) EXPAND(AGREE_##M, T, M, WAY, RULE_##T)
#define FUNCTIONS_0(T, M, WAY)
#define FUNCTIONS(T, M, WAY) IF_WANTED(FUNCTIONS, T, M, WAY)
KINDS(FUNCTIONS)

/* Python reads it from the library, but for the functions */
typedef struct {
    const char *weights, *momentum, *rounding;
    int32_t float64, codes, low_bits, unused;
    void (*step)(const row *, int64_t, int64_t, const double *);
    int64_t (*agree)(const row *, int64_t, int64_t, const double *);
} storage;
#define ADDRESSES_1(T, M, WAY) step_##T##_##M##_##WAY, agree_##T##_##M##_##WAY
#define ADDRESSES_0(T, M, WAY) 0, 0
#define ROW(T, M, WAY) \
    {#T, #M, #WAY, sizeof(T) == 8, sizeof(M) == 1, low_bits_##WAY, 0, IF_WANTED(ADDRESSES, T, M, WAY)},
const storage lion_kinds[] = {KINDS(ROW)};
enum { KIND_COUNT = sizeof lion_kinds/sizeof *lion_kinds };
const int64_t lion_kind_count = KIND_COUNT;
static int unknown(int64_t kind) { return kind < 0 || kind >= KIND_COUNT; }

#define NAME(type, name) #name " "
const char lion_columns[] = COLUMNS(NAME);
const int lion_fuses = FUSES;
#if defined(__AVX512F__)
const char lion_instructions[] = "AVX-512";
#elif defined(__AVX2__)
const char lion_instructions[] = "AVX2";
#elif defined(__AVX__)
const char lion_instructions[] = "AVX";
#elif defined(__SSE2__)
const char lion_instructions[] = "SSE";
#elif defined(__aarch64__)
const char lion_instructions[] = "NEON";
#else
const char lion_instructions[] = "generic";
#endif
#ifdef __clang__
const char lion_compiler[] = __VERSION__;
#else
const char lion_compiler[] = "gcc " __VERSION__;
#endif

/* == One call == */
/* The functions that start threads in PyTorch's OpenMP library: GNU's, or those that clang calls, which Windows' has */
typedef struct {
    void (*parallel)(void (*)(void *), void *, unsigned, unsigned);
    void (*fork)(const void *, int32_t, void (*)(int32_t *, int32_t *, void (*)(void *), void *), ...);
    void (*ask)(const void *, int32_t, int32_t);
    int32_t (*thread)(const void *);
} openmp;
static void call(int32_t *thread, int32_t *bound, void (*f)(void *), void *data) { (void)thread; (void)bound; f(data); }
static void in_threads(const openmp *omp, int threads, void (*f)(void *), void *data) {
    static const struct { int32_t unused, of_clang, more[2]; const char *source; } place = {0, 2, {0}, ";;;0;0;;"};
    if (!omp || threads < 2) f(data);
    else if (omp->parallel) omp->parallel(f, data, threads, 0);
    else {
        omp->ask(&place, omp->thread(&place), threads);
        omp->fork(&place, 2, call, f, data);
    }
}

/* Threads take pieces of the table from a queue */
typedef struct {
    const storage *kinds;
    const row *rows;
    int64_t n, end, next;
    const double (*hypers)[6];
    int64_t *agree;
    int counts;
} job;
enum { PIECE = 1 << 17 };

/* One divided by the part of the gradients that agree, and by .001 if it is less */
static inline double scale64(double part) { return 1/(part > 1e-3 ? part : 1e-3); }
static inline float scale32(float part) { return 1/(part > 1e-3f ? part : 1e-3f); }

/* The last row that begins at `at` or before */
static const row *row_at(const job *j, int64_t at) {
    int64_t low = 0, high = j->n - 1;
    while (low < high) {
        int64_t mid = (low + high + 1)/2;
        if (j->rows[mid].first <= at) low = mid; else high = mid - 1;
    }
    return j->rows + low;
}
static void take_pieces(job *j) {
    for (;;) {
        int64_t at = __atomic_fetch_add(&j->next, PIECE, __ATOMIC_RELAXED), stop = at + PIECE;
        if (at >= j->end) return;
        for (const row *r = row_at(j, at); r < j->rows + j->n && r->first < stop; r++) {
            const storage *kind = j->kinds + r->kind;
            int64_t i = at > r->first ? at - r->first : 0, n = (stop - r->first < r->n ? stop - r->first : r->n) - i;
            double h[6];
            memcpy(h, j->hypers[r->group], sizeof h);
            if (n <= 0 || (j->counts && h[4] == 0)) continue;
            if (!r->decays) h[1] = 0;
            int64_t *agree = j->agree ? j->agree + (r - j->rows) : 0;
            if (j->counts) {
                __atomic_fetch_add(agree, kind->agree(r, i, n, h), __ATOMIC_RELAXED);
                continue;
            }
            if (h[4] != 0)
                h[4] = kind->float64 ? scale64((double)*agree/(double)r->n) : scale32((float)*agree/(float)r->n);
            kind->step(r, i, n, h);
        }
    }
}
static void work(void *data) {
    uint64_t had = keep_denormals();
    take_pieces(data);
    put_back(had);
}
/* Steps nothing and returns -1 if a kind is unknown. `kinds` is like `lion_kinds`, with the functions of one or more
   libraries; without `omp` one thread steps */
int lion_step(const storage *kinds, const row *rows, int64_t n, int64_t end, const double (*hypers)[6], int64_t *agree,
              int threads, const openmp *omp) {
    for (int64_t i = 0; i < n; i++) if (unknown(rows[i].kind) || !kinds[rows[i].kind].step) return -1;
    job j = {kinds, rows, n, end, 0, hypers, agree, agree != 0};
    int64_t pieces = (end + PIECE - 1)/PIECE;
    if (threads > pieces) threads = pieces;
    do {
        j.next = 0;
        in_threads(omp, threads, work, &j);
    } while (j.counts--);
    return 0;
}

/* == Are the tensors what they were? == */
/* DLPack tells; new addresses are written into the table */
typedef struct {
    void *data;
    int32_t type, id, ndim;
    uint8_t code, bits;
    uint16_t lanes;
    int64_t *shape, *strides;
    uint64_t offset;
} view;
typedef struct {
    uint32_t major, minor;
    void *older, *allocate, *from, *to;
    int (*view)(void *, view *);
    void *stream;
} dlpack;
/* Where in an object its class stands, and the two classes whose memory can be seen */
typedef struct { const dlpack *api; void *(*item)(void *, intptr_t); int64_t class_at; const void *classes[2]; } viewer;
enum { DTYPE_INT16 = 16 << 8 | 1 << 16, DTYPE_BFLOAT16 = 4 | 16 << 8 | 1 << 16 };

static int64_t dtype(const view *v) { return v->code | v->bits << 8 | (int64_t)v->lanes << 16; }
static int64_t place(const view *v) { return v->type | (int64_t)v->id << 32; }
static int64_t count(const view *v) {
    int64_t n = 1;
    for (int k = 0; k < v->ndim; k++) n *= v->shape[k];
    return n;
}
static int is_plain(const viewer *in, const char *tensor) {
    const void *class;
    memcpy(&class, tensor + in->class_at, sizeof class);
    return class == in->classes[0] || class == in->classes[1];
}
/* No ordinary tensor there, or one without memory? */
static int missing(const viewer *in, void *list, int64_t i, view *v) {
    void *tensor = in->item(list, i);
    return !tensor || !is_plain(in, tensor) || in->api->view(tensor, v) || (!v->data && count(v));
}
static int same(const view *v, const view *p) {
    if (v->ndim != p->ndim || place(v) != place(p)) return 0;
    for (int k = 0; k < p->ndim; k++)
        if (v->shape[k] != p->shape[k] || (p->shape[k] > 1 && v->strides[k] != p->strides[k])) return 0;
    return 1;
}
/* A number in bfloat16 for each 32 elements, without gaps */
static int scales_of(const view *v, const view *p) {
    int64_t blocks = (count(p) + BLOCK - 1)/BLOCK;
    if (dtype(v) != DTYPE_BFLOAT16 || place(v) != place(p) || v->ndim != 1) return 0;
    return v->shape[0] == blocks && (blocks < 2 || v->strides[0] == 1);
}
/* Write the address of `v` into a column; was it another? */
static int moved(void *column, const view *v) {
    const int64_t now = (int64_t)((char *)v->data + v->offset);
    if (!memcmp(column, &now, sizeof now)) return 0;
    memcpy(column, &now, sizeof now);
    return 1;
}

#define SEE(x) do { int64_t now = (x); if (record) *seen = now; else if (*seen != now) return -1; seen++; } while (0)
/* How many addresses are new; -1 if something else is */
int64_t lion_look(const viewer *in, void *ps, void *gs, void *ms, void *scales, void *lows, int64_t n, row *rows,
                  int64_t *seen, int record) {
    int64_t changed = 0;
    for (int64_t i = 0; i < n; i++) {
        row *r = rows + i;
        view p, g, m, more;
        if (unknown(r->kind)) return -1;
        if (missing(in, ps, i, &p) || missing(in, gs, i, &g) || missing(in, ms, i, &m)) return -1;
        SEE(dtype(&p) | (int64_t)p.ndim << 32); SEE(dtype(&m)); SEE(place(&p));
        for (int k = 0; k < p.ndim; k++) { SEE(p.shape[k]); SEE(p.strides[k]); }
        if (dtype(&g) != dtype(&p) || !same(&g, &p) || !same(&m, &p)) return -1;
        changed += moved(&r->p, &p) + moved(&r->g, &g) + moved(&r->m, &m);
        if (lion_kinds[r->kind].low_bits) {
            if (missing(in, lows, i, &more) || dtype(&more) != DTYPE_INT16 || !same(&more, &p)) return -1;
            changed += moved(&r->extra, &more);
        }
        if (lion_kinds[r->kind].codes) {
            if (missing(in, scales, i, &more) || !scales_of(&more, &p)) return -1;
            changed += moved(&r->scales, &more);
        }
    }
    return changed;
}

#ifdef VOTE
#include "vote.h"
#endif
