/* Vectors, and all that depends on the instruction set. Functions take two vectors, or a block of 8-bit codes */
#include <stdint.h>
#include <string.h>
/* gcc takes longer to read all of immintrin.h than to compile a kind, so it reads these parts */
#if defined(__AVX2__) && (!defined(__AVX512F__) || defined(__AVX512BW__)) && defined(__GNUC__) && !defined(__clang__)
#define _IMMINTRIN_H_INCLUDED
#include <smmintrin.h>
#include <avxintrin.h>
#include <avx2intrin.h>
#include <f16cintrin.h>
#ifdef __AVX512F__
#include <avx512fintrin.h>
typedef unsigned int __mmask32; /* as a part has it that is left out */
#include <avx512bwintrin.h>
#endif
#elif defined(__SSE__)
#include <immintrin.h>
#endif
#ifdef __aarch64__
#include <arm_neon.h>
#endif

/* == Types == */
#if defined(__FMA__) || defined(__aarch64__) || defined(__FP_FAST_FMAF)
enum { FUSES = 1 }; /* a*b + c rounds once */
#else
enum { FUSES = 0 };
#endif
#if defined(__AVX512F__)
#define BYTES 64
#elif defined(__AVX__)
#define BYTES 32
#else
#define BYTES 16
#endif
enum { N = BYTES/4, BLOCK = 32, K = BLOCK/N }; /* a block: the codes that share a scale */

/* As PyTorch names what is stored */
typedef float float32;
typedef double float64;
typedef uint16_t bfloat16;
typedef uint16_t float16;
typedef int8_t int8;

typedef float f32;
typedef double f64;
/* Vectors, and as they lie in memory, anywhere: gcc copies those of `memcpy` through the stack */
#define VECTOR(T, V, SIZE) \
typedef T V __attribute__((vector_size(SIZE))); \
typedef T V##_there __attribute__((vector_size(SIZE), aligned(1), may_alias)); \
static inline V V##_at(const void *s) { return *(const V##_there *)s; } \
static inline void put_##V(void *d, V v) { *(V##_there *)d = v; }
VECTOR(float, f32v, BYTES)
VECTOR(double, f64v, BYTES)
VECTOR(uint32_t, u32v, BYTES)
VECTOR(int32_t, i32v, BYTES)
VECTOR(int64_t, i64v, BYTES)
VECTOR(int16_t, i16w, BYTES)
VECTOR(uint16_t, u16w, BYTES)
VECTOR(uint16_t, u16v, 2*N)
VECTOR(int8_t, i8v, N)
VECTOR(int8_t, i8w, 2*N)

/* == Signs, NaN, roots == */
/* The opposite of each number's sign; 0 for zero and NaN */
#ifdef __AVX512F__
#define SIGN(F, P, Q, MASK) \
static inline F##v opposite_sign_##F(F##v c) { \
    const F##v zero = {0}, minus = -zero, one = zero + 1; \
    const MASK some = _mm512_cmp_##P##_mask(c, zero, _CMP_NEQ_OQ); \
    return (F##v)_mm512_maskz_ternarylogic_epi##Q(some, (__m512i)c, (__m512i)minus, (__m512i)one, 0xAE); \
}
SIGN(f32, ps, 32, __mmask16)
SIGN(f64, pd, 64, __mmask8)
#elif defined(__AVX__)
#define SIGN(F, P, I) \
static inline F##v opposite_sign_##F(F##v c) { \
    const F##v zero = {0}, minus = -zero, one = zero + 1; \
    const I##v some = (I##v)_mm256_cmp_##P(c, zero, _CMP_NEQ_OQ); \
    return (F##v)(((~(I##v)c & (I##v)minus) | (I##v)one) & some); \
}
#ifdef __AVX2__
static inline f32v opposite_sign_f32(f32v c) {
    const __m256 some = _mm256_cmp_ps((__m256)c, _mm256_setzero_ps(), _CMP_NEQ_OQ);
    return (f32v)_mm256_cvtepi32_ps(_mm256_sign_epi32((__m256i)some, (__m256i)c));
}
#else
SIGN(f32, ps, i32)
#endif
SIGN(f64, pd, i64)
#else
#define SIGN(F, I) \
static inline F##v opposite_sign_##F(F##v c) { \
    const F##v zero = {0}, minus = -zero, one = zero + 1; \
    return (F##v)(((~(I##v)c & (I##v)minus) | (I##v)one) & ((F##v)((I##v)c & ~(I##v)minus) > 0)); \
}
SIGN(f32, i32)
SIGN(f64, i64)
#endif

/* Is any of the bits set? */
static inline int any(i32v v) {
#if defined(__AVX512F__)
    return _mm512_test_epi32_mask((__m512i)v, (__m512i)v);
#elif defined(__AVX__)
    return !_mm256_testz_si256((__m256i)v, (__m256i)v);
#else
    int all = 0;
    for (int i = 0; i < N; i++) all |= v[i];
    return all;
#endif
}
static inline int nans(const f32v *v) {
#if defined(__AVX512F__)
    return _mm512_cmp_ps_mask((__m512)v[0], (__m512)v[1], _CMP_UNORD_Q);
#elif defined(__AVX__)
    return _mm256_movemask_ps(_mm256_cmp_ps((__m256)v[0], (__m256)v[1], _CMP_UNORD_Q));
#else
    return any((v[0] != v[0]) | (v[1] != v[1]));
#endif
}

/* The root; below zero it is 0, or NaN where `put_int8` makes 0 of that */
#if defined(__AVX512F__)
static inline f32v root(f32v v) { return (f32v)_mm512_sqrt_ps((__m512)v); }
#elif defined(__AVX2__)
static inline f32v root(f32v v) { return (f32v)_mm256_sqrt_ps((__m256)v); }
#elif defined(__AVX__)
static inline f32v root(f32v v) { return (f32v)_mm256_sqrt_ps(_mm256_max_ps((__m256)v, _mm256_setzero_ps())); }
#elif defined(__SSE2__)
static inline f32v root(f32v v) { return (f32v)_mm_sqrt_ps(_mm_max_ps((__m128)v, _mm_setzero_ps())); }
#elif defined(__aarch64__)
static inline f32v root(f32v v) { return (f32v)vsqrtq_f32((float32x4_t)v); }
#else
static inline f32v root(f32v v) {
    for (int i = 0; i < N; i++) v[i] = v[i] > 0 ? __builtin_sqrtf(v[i]) : 0;
    return v;
}
#endif

/* == Denormals == */
/* A thread may flush them, and one that was started by such a thread does; here they are numbers like others. It may
   also want to be stopped by a root of what is below zero. What the thread had is put back */
#if defined(__SSE__)
static inline uint64_t keep_denormals(void) {
    uint32_t had = _mm_getcsr();
    _mm_setcsr((had & ~0x8040u) | 0x1F80);
    return had;
}
static inline void put_back(uint64_t had) { _mm_setcsr(had); }
#elif defined(__aarch64__)
static inline void put_back(uint64_t had) { __asm__ volatile("msr fpcr, %0" :: "r"(had) : "memory"); }
static inline uint64_t keep_denormals(void) {
    uint64_t had;
    __asm__ volatile("mrs %0, fpcr" : "=r"(had));
    put_back(had & ~0x1009F00ull);
    return had;
}
#else
static inline uint64_t keep_denormals(void) { return 0; }
static inline void put_back(uint64_t had) { (void)had; }
#endif

/* == Load and store == */
/* Two vectors from memory and back. They hold numbers in order, or the even ones and the odd ones */
#define IN_ORDER(T, V) \
static inline void get_##T##_in_order(const T *s, V *v) { \
    for (int i = 0; i < 2; i++) v[i] = V##_at((const char *)s + i*BYTES); \
} \
static inline void put_##T##_in_order(T *d, const V *v) { \
    for (int i = 0; i < 2; i++) put_##V((char *)d + i*BYTES, v[i]); \
}
IN_ORDER(float32, f32v)
IN_ORDER(float64, f64v)

static inline void get_float32_even_odd(const float32 *s, f32v *v) {
    v[0] = v[1] = (f32v){0};
    for (int i = 0; i < N; i++) {
        v[0][i] = s[2*i];
        v[1][i] = s[2*i + 1];
    }
}
static inline void put_float32_even_odd(float32 *d, const f32v *v) {
    for (int i = 0; i < N; i++) {
        d[2*i] = v[0][i];
        d[2*i + 1] = v[1][i];
    }
}

static inline void get_bfloat16_even_odd(const bfloat16 *s, f32v *v) {
    const u32v u = u32v_at(s);
    v[0] = (f32v)(u << 16);
    v[1] = (f32v)(u & 0xFFFF0000);
}
/* Of each 32 bits, the lower 16 of one and the upper 16 of the other */
static inline u32v joined(u32v lower, u32v upper) {
#if defined(__AVX512BW__)
    return (u32v)_mm512_mask_blend_epi16(0xAAAAAAAA, (__m512i)lower, (__m512i)upper);
#elif defined(__AVX2__) && !defined(__AVX512F__)
    return (u32v)_mm256_blend_epi16((__m256i)lower, (__m256i)upper, 0xAA);
#else
    return (lower & 0xFFFF) | (upper & 0xFFFF0000);
#endif
}
/* The upper and the lower halves of two vectors in turn, and the two vectors again */
static inline u32v upper_halves(u32v even, u32v odd) { return joined(even >> 16, odd); }
static inline u32v lower_halves(u32v even, u32v odd) { return joined(even, odd << 16); }
static inline u32v evens(u32v high, u32v low) { return joined(low, high << 16); }
static inline u32v odds(u32v high, u32v low) { return joined(low >> 16, high); }

/* a - b, or 0 */
static inline u16w difference(u16w a, u16w b) {
#if defined(__AVX512BW__)
    return (u16w)_mm512_subs_epu16((__m512i)a, (__m512i)b);
#elif defined(__AVX2__) && !defined(__AVX512F__)
    return (u16w)_mm256_subs_epu16((__m256i)a, (__m256i)b);
#elif defined(__SSE2__) && BYTES == 16
    return (u16w)_mm_subs_epu16((__m128i)a, (__m128i)b);
#elif defined(__aarch64__)
    return (u16w)vqsubq_u16((uint16x8_t)a, (uint16x8_t)b);
#else
    return (a - b) & (u16w)(a >= b);
#endif
}
/* To the nearest, 16 bits at a time: upwards if the lower half is more than half, or just half and the upper is odd.
   A NaN stays one: what comes of bfloat16 numbers has zeros in its low bits */
static inline void put_bfloat16_even_odd(bfloat16 *d, const f32v *v) {
    const u16w high = (u16w)upper_halves((u32v)v[0], (u32v)v[1]), low = (u16w)lower_halves((u32v)v[0], (u32v)v[1]);
    put_u16w(d, high + (difference(low, ~high & 1) >> 15));
}

/* == Half precision == */
#if defined(__AVX512F__)
static inline void get_float16_in_order(const float16 *s, f32v *v) {
    for (int i = 0; i < 2; i++) v[i] = (f32v)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)s + i));
}
static inline void put_float16_in_order(float16 *d, const f32v *v) {
    for (int i = 0; i < 2; i++) _mm256_storeu_si256((__m256i *)d + i, _mm512_cvtps_ph((__m512)v[i], 0));
}
#elif defined(__F16C__)
static inline void get_float16_in_order(const float16 *s, f32v *v) {
    for (int i = 0; i < 2; i++) v[i] = (f32v)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)s + i));
}
static inline void put_float16_in_order(float16 *d, const f32v *v) {
    for (int i = 0; i < 2; i++) _mm_storeu_si128((__m128i *)d + i, _mm256_cvtps_ph((__m256)v[i], 0));
}
#elif defined(__aarch64__)
static inline void get_float16_in_order(const float16 *s, f32v *v) {
    for (int i = 0; i < 2; i++) v[i] = (f32v)vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(s + i*N)));
}
static inline void put_float16_in_order(float16 *d, const f32v *v) {
    for (int i = 0; i < 2; i++) vst1_u16(d + i*N, vreinterpret_u16_f16(vcvt_f16_f32((float32x4_t)v[i])));
}
#else
static inline u32v chosen(i32v which, u32v a, u32v b) { return (a & (u32v)which) | (b & ~(u32v)which); }
static inline void get_float16_in_order(const float16 *s, f32v *v) {
    for (int i = 0; i < 2; i++) {
        const u32v u = __builtin_convertvector(u16v_at(s + i*N), u32v), x = u & 0x7FFF;
        const u32v more = chosen((i32v)x < 0x7C00, x*0 + 0x38000000, x*0 + 0x70000000);
        const u32v small = (u32v)((f32v)(x | 0x3F000000) - .5f);
        v[i] = (f32v)(chosen((i32v)x < 0x400, small, (x << 13) + more) | (u & 0x8000) << 16);
    }
}
static inline void put_float16_in_order(float16 *d, const f32v *v) {
    for (int i = 0; i < 2; i++) {
        const u32v x = (u32v)v[i] & 0x7FFFFFFF, small = (u32v)((f32v)x + .5f) - 0x3F000000;
        u32v u = (x - 0x38000000 + 0xFFF + (x >> 13 & 1)) >> 13;
        u = chosen((i32v)x < 0x38800000, small, chosen((i32v)x < 0x477FF000, u, x*0 + 0x7C00));
        u = chosen((i32v)x > 0x7F800000, x*0 + 0x7E00, u);
        put_u16v(d + i*N, __builtin_convertvector(u | ((u32v)v[i] >> 16 & 0x8000), u16v));
    }
}
#endif

/* == Codes == */
/* For N vectors the largest of each: rows become columns, so that nothing waits for one of them */
#define PAIRS(V, A, B, LOW, HIGH) larger((i32v)LOW((V)(A), (V)(B)), (i32v)HIGH((V)(A), (V)(B)))
#if defined(__AVX512F__)
#define LANES(A, B, WHICH) (i32v)_mm512_shuffle_i32x4((__m512i)(A), (__m512i)(B), WHICH)
static inline i32v larger(i32v a, i32v b) { return (i32v)_mm512_max_epi32((__m512i)a, (__m512i)b); }
static inline i32v smaller(i32v a, i32v b) { return (i32v)_mm512_min_epi32((__m512i)a, (__m512i)b); }
static inline i32v largest(const i32v *a) {
    i32v b[8], c[4], d[2];
    for (int i = 0; i < 8; i++) b[i] = PAIRS(__m512i, a[2*i], a[2*i + 1], _mm512_unpacklo_epi32, _mm512_unpackhi_epi32);
    for (int i = 0; i < 4; i++) c[i] = PAIRS(__m512i, b[2*i], b[2*i + 1], _mm512_unpacklo_epi64, _mm512_unpackhi_epi64);
    for (int i = 0; i < 2; i++) d[i] = larger(LANES(c[2*i], c[2*i + 1], 0x88), LANES(c[2*i], c[2*i + 1], 0xDD));
    return larger(LANES(d[0], d[1], 0x88), LANES(d[0], d[1], 0xDD));
}
#elif defined(__AVX2__)
#define LANES(A, B, WHICH) (i32v)_mm256_permute2x128_si256((__m256i)(A), (__m256i)(B), WHICH)
static inline i32v larger(i32v a, i32v b) { return (i32v)_mm256_max_epi32((__m256i)a, (__m256i)b); }
static inline i32v smaller(i32v a, i32v b) { return (i32v)_mm256_min_epi32((__m256i)a, (__m256i)b); }
static inline i32v largest(const i32v *a) {
    i32v b[4], c[2];
    for (int i = 0; i < 4; i++) b[i] = PAIRS(__m256i, a[2*i], a[2*i + 1], _mm256_unpacklo_epi32, _mm256_unpackhi_epi32);
    for (int i = 0; i < 2; i++) c[i] = PAIRS(__m256i, b[2*i], b[2*i + 1], _mm256_unpacklo_epi64, _mm256_unpackhi_epi64);
    return larger(LANES(c[0], c[1], 0x20), LANES(c[0], c[1], 0x31));
}
#elif defined(__aarch64__)
static inline i32v larger(i32v a, i32v b) { return (i32v)vmaxq_s32((int32x4_t)a, (int32x4_t)b); }
static inline i32v smaller(i32v a, i32v b) { return (i32v)vminq_s32((int32x4_t)a, (int32x4_t)b); }
static inline i32v largest(const i32v *a) {
    int32x4_t b = vpmaxq_s32((int32x4_t)a[0], (int32x4_t)a[1]), c = vpmaxq_s32((int32x4_t)a[2], (int32x4_t)a[3]);
    return (i32v)vpmaxq_s32(b, c);
}
#else
static inline i32v larger(i32v a, i32v b) {
#if defined(__SSE4_1__) && BYTES == 16
    return (i32v)_mm_max_epi32((__m128i)a, (__m128i)b);
#else
    const i32v more = a > b;
    return (a & more) | (b & ~more);
#endif
}
static inline i32v smaller(i32v a, i32v b) {
    const i32v less = a < b;
    return (a & less) | (b & ~less);
}
#if defined(__SSE2__) && BYTES == 16
static inline i32v largest(const i32v *a) {
    const i32v b = PAIRS(__m128i, a[0], a[1], _mm_unpacklo_epi32, _mm_unpackhi_epi32);
    const i32v c = PAIRS(__m128i, a[2], a[3], _mm_unpacklo_epi32, _mm_unpackhi_epi32);
    return PAIRS(__m128i, b, c, _mm_unpacklo_epi64, _mm_unpackhi_epi64);
}
#else
static inline i32v largest(const i32v *a) {
    i32v top = a[0];
    for (int i = 0; i < N; i++) for (int k = 0; k < N; k++) if (!k || a[i][k] > top[i]) top[i] = a[i][k];
    return top;
}
#endif
#endif
/* The whole parts of sizes y, with the signs of a. C leaves open what NaN becomes, and these instructions do not */
static inline i32v with_signs(f32v y, f32v a) {
    const f32v c = (f32v)((i32v)y | ((i32v)a & ~0x7FFFFFFF));
#if defined(__AVX512F__)
    return (i32v)_mm512_cvttps_epi32((__m512)c);
#elif defined(__aarch64__)
    return (i32v)vcvtq_s32_f32((float32x4_t)c);
#else
    return __builtin_convertvector(c, i32v);
#endif
}
static inline i32v in_turn(const f32v *y, const f32v *a) {
    return (i32v)joined((u32v)with_signs(y[0], a[0]), (u32v)with_signs(y[1], a[1]) << 16);
}
/* Codes as whole numbers, and a block of them from vectors in order, or from even ones and odd ones */
#if defined(__AVX512F__)
static inline i32v wide(const int8 *s) { return (i32v)_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)s)); }
static inline i16w wide16(const int8 *s) { return (i16w)_mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)s)); }
static inline void put_int8_in_order(int8 *d, const f32v *y, const f32v *a) {
    for (int i = 0; i < K; i++)
        _mm_storeu_si128((__m128i *)d + i, _mm512_cvtepi32_epi8((__m512i)with_signs(y[i], a[i])));
}
static inline void put_int8_even_odd(int8 *d, const f32v *y, const f32v *a) {
    _mm256_storeu_si256((__m256i *)d, _mm512_cvtepi16_epi8((__m512i)in_turn(y, a)));
}
#elif defined(__AVX2__)
static inline i32v wide(const int8 *s) { return (i32v)_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)s)); }
static inline i16w wide16(const int8 *s) { return (i16w)_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)s)); }
/* Four codes of each vector, then four more. What is not a number has the least whole part, so it becomes 0 */
static inline __m256i codes(const f32v *y, const f32v *a) {
    __m256i size[2], sign[2];
    for (int i = 0; i < 2; i++) {
        size[i] = _mm256_packus_epi32(_mm256_cvttps_epi32((__m256)y[2*i]), _mm256_cvttps_epi32((__m256)y[2*i + 1]));
        sign[i] = _mm256_packs_epi32((__m256i)a[2*i], (__m256i)a[2*i + 1]);
    }
    return _mm256_sign_epi8(_mm256_packus_epi16(size[0], size[1]), _mm256_packs_epi16(sign[0], sign[1]));
}
static inline void put_int8_in_order(int8 *d, const f32v *y, const f32v *a) {
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    _mm256_storeu_si256((__m256i *)d, _mm256_permutevar8x32_epi32(codes(y, a), order));
}
static inline void put_int8_even_odd(int8 *d, const f32v *y, const f32v *a) {
    const __m128i turn = _mm_setr_epi8(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);
    const __m256i c = _mm256_shuffle_epi8(codes(y, a), _mm256_broadcastsi128_si256(turn));
    _mm256_storeu_si256((__m256i *)d, _mm256_permute4x64_epi64(c, 0xD8));
}
#elif defined(__SSE2__) && BYTES == 16
static inline i16w wide16(const int8 *s) {
    const __m128i b = _mm_loadl_epi64((const __m128i *)s);
    return (i16w)_mm_srai_epi16(_mm_unpacklo_epi8(b, b), 8);
}
static inline i32v wide(const int8 *s) {
    int32_t four;
    memcpy(&four, s, 4);
    __m128i b = _mm_cvtsi32_si128(four);
    b = _mm_unpacklo_epi8(b, b);
    return (i32v)_mm_srai_epi32(_mm_unpacklo_epi16(b, b), 24);
}
static inline __m128i whole(const f32v *y, const f32v *a) {
    return _mm_packs_epi32((__m128i)with_signs(y[0], a[0]), (__m128i)with_signs(y[1], a[1]));
}
static inline void put_int8_in_order(int8 *d, const f32v *y, const f32v *a) {
    for (int i = 0; i < K; i += 4)
        _mm_storeu_si128((__m128i *)(d + i*N), _mm_packs_epi16(whole(y + i, a + i), whole(y + i + 2, a + i + 2)));
}
static inline void put_int8_even_odd(int8 *d, const f32v *y, const f32v *a) {
    for (int i = 0; i < K; i += 4) {
        const __m128i b = (__m128i)in_turn(y + i, a + i), c = (__m128i)in_turn(y + i + 2, a + i + 2);
        _mm_storeu_si128((__m128i *)(d + i*N), _mm_packs_epi16(b, c));
    }
}
#else
typedef int16_t i16v __attribute__((vector_size(2*N)));
static inline i32v wide(const int8 *s) {
    return __builtin_convertvector(__builtin_convertvector(i8v_at(s), i16v), i32v);
}
static inline i16w wide16(const int8 *s) { return __builtin_convertvector(i8w_at(s), i16w); }
static inline void put_int8_in_order(int8 *d, const f32v *y, const f32v *a) {
    for (int i = 0; i < K; i++) put_i8v(d + i*N, __builtin_convertvector(with_signs(y[i], a[i]), i8v));
}
static inline void put_int8_even_odd(int8 *d, const f32v *y, const f32v *a) {
    for (int i = 0; i < K; i += 2) put_i8w(d + i*N, __builtin_convertvector((i16w)in_turn(y + i, a + i), i8w));
}
#endif
static inline i16w square(i16w w) {
#if defined(__AVX2__) && !defined(__AVX512F__)
    return (i16w)_mm256_sign_epi16((__m256i)(w*w), (__m256i)w);
#else
    const i16w minus = w >> 15;
    return (w*w ^ minus) - minus;
#endif
}
/* The lower 16 bits of each 32, as numbers */
static inline i32v even16(i32v q) {
#if defined(__AVX512BW__)
    return (i32v)_mm512_madd_epi16((__m512i)q, _mm512_set1_epi32(1));
#elif defined(__AVX2__)
    return (i32v)_mm256_madd_epi16((__m256i)q, _mm256_set1_epi32(1));
#elif defined(__SSE2__) && BYTES == 16
    return (i32v)_mm_madd_epi16((__m128i)q, _mm_set1_epi32(1));
#else
    return q << 16 >> 16;
#endif
}
/* Two vectors of codes q as numbers q*|q| */
static inline void get_int8_in_order(const int8 *s, f32v *a) {
    for (int i = 0; i < 2; i++) {
        f32v f = __builtin_convertvector(wide(s + i*N), f32v);
        a[i] = f*(f32v)((i32v)f & 0x7FFFFFFF);
    }
}
static inline void get_int8_even_odd(const int8 *s, f32v *a) {
    const i32v q = (i32v)square(wide16(s));
    a[0] = __builtin_convertvector(even16(q), f32v);
    a[1] = __builtin_convertvector(q >> 16, f32v);
}
