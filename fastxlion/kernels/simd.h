/* Vectors, and all that depends on the instruction set. Functions take two vectors, or a block of 8-bit codes */
#include <stdint.h>
#include <string.h>
#ifdef __SSE__
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
typedef float f32v __attribute__((vector_size(BYTES)));
typedef double f64v __attribute__((vector_size(BYTES)));
typedef uint32_t u32v __attribute__((vector_size(BYTES)));
typedef int32_t i32v __attribute__((vector_size(BYTES)));
typedef int64_t i64v __attribute__((vector_size(BYTES)));
typedef int8_t i8v __attribute__((vector_size(N)));
typedef int16_t i16v __attribute__((vector_size(2*N)));
typedef int8_t i8w __attribute__((vector_size(2*N)));
typedef int16_t i16w __attribute__((vector_size(BYTES)));

/* == Signs, NaN, roots == */
/* The sign of each number; 0 for zero and NaN */
#ifdef __AVX512F__
#define SIGN(F, P, Q, MASK) \
static inline F##v sign_of_##F(F##v c) { \
    const F##v zero = {0}, minus = -zero, one = zero + 1; \
    const MASK some = _mm512_cmp_##P##_mask(c, zero, _CMP_NEQ_OQ); \
    return (F##v)_mm512_maskz_ternarylogic_epi##Q(some, (__m512i)c, (__m512i)minus, (__m512i)one, 0xEA); \
}
SIGN(f32, ps, 32, __mmask16)
SIGN(f64, pd, 64, __mmask8)
#else
#define SIGN(F, I) \
static inline F##v sign_of_##F(F##v c) { \
    const F##v zero = {0}, minus = -zero, one = zero + 1; \
    return (F##v)((((I##v)c & (I##v)minus) | (I##v)one) & ((F##v)((I##v)c & ~(I##v)minus) > 0)); \
}
SIGN(f32, i32)
SIGN(f64, i64)
#endif

#if defined(__AVX512F__)
static inline int nans(const f32v *v) { return _mm512_cmp_ps_mask((__m512)v[0], (__m512)v[1], _CMP_UNORD_Q); }
#elif defined(__AVX__)
static inline int nans(const f32v *v) {
    return _mm256_movemask_ps(_mm256_cmp_ps((__m256)v[0], (__m256)v[1], _CMP_UNORD_Q));
}
#else
static inline int nans(const f32v *v) {
    i32v n = (v[0] != v[0]) | (v[1] != v[1]);
    int any = 0;
    for (int i = 0; i < N; i++) any |= n[i];
    return any;
}
#endif

#if defined(__AVX512F__)
static inline f32v root(f32v v) { return (f32v)_mm512_sqrt_ps((__m512)v); }
static inline f32v atleast0(f32v v) { return (f32v)_mm512_max_ps((__m512)v, _mm512_setzero_ps()); }
#elif defined(__AVX2__)
static inline f32v root(f32v v) { return (f32v)_mm256_sqrt_ps((__m256)v); }
static inline f32v atleast0(f32v v) { return (f32v)_mm256_max_ps((__m256)v, _mm256_setzero_ps()); }
#else
static inline f32v root(f32v v) {
    for (int i = 0; i < N; i++) v[i] = __builtin_sqrtf(v[i]);
    return v;
}
static inline f32v atleast0(f32v v) { return (f32v)((i32v)v & (v > 0)); }
#endif

/* == Denormals == */
/* A thread may flush them, and one that was started by such a thread does; here they are numbers like others. What the
   thread had is put back */
#if defined(__SSE__)
static inline uint64_t keep_denormals(void) {
    uint32_t had = _mm_getcsr();
    _mm_setcsr(had & ~0x8040u);
    return had;
}
static inline void put_back(uint64_t had) { _mm_setcsr(had); }
#elif defined(__aarch64__)
static inline void put_back(uint64_t had) { __asm__ volatile("msr fpcr, %0" :: "r"(had) : "memory"); }
static inline uint64_t keep_denormals(void) {
    uint64_t had;
    __asm__ volatile("mrs %0, fpcr" : "=r"(had));
    put_back(had & ~(1ull << 24));
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
    for (int i = 0; i < 2; i++) memcpy(v + i, (const char *)s + i*BYTES, BYTES); \
} \
static inline void put_##T##_in_order(T *d, const V *v) { \
    for (int i = 0; i < 2; i++) memcpy((char *)d + i*BYTES, v + i, BYTES); \
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
    u32v u;
    memcpy(&u, s, BYTES);
    v[0] = (f32v)(u << 16);
    v[1] = (f32v)(u & 0xFFFF0000);
}
/* A NaN stays one: what comes of bfloat16 numbers has zeros in its low bits, and no carry reaches the others */
static inline u32v nearest_bfloat16(f32v v) {
    u32v u = (u32v)v;
    return u + 0x7FFF + (u >> 16 & 1);
}
static inline void put_bfloat16_even_odd(bfloat16 *d, const f32v *v) {
    u32v u = nearest_bfloat16(v[0]) >> 16 | (nearest_bfloat16(v[1]) & 0xFFFF0000);
    memcpy(d, &u, BYTES);
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
static inline void get_float16_in_order(const float16 *s, f32v *v) {
    v[0] = v[1] = (f32v){0};
    for (int i = 0; i < 2*N; i++) {
        uint32_t x = s[i] & 0x7FFF;
        uint32_t u = x < 0x400 ? 0x3F000000 | x : (x << 13) + (x < 0x7C00 ? 0x38000000 : 0x70000000);
        float f;
        memcpy(&f, &u, 4);
        if (x < 0x400) f -= .5f;
        v[i/N][i%N] = s[i] & 0x8000 ? -f : f;
    }
}
static inline void put_float16_in_order(float16 *d, const f32v *v) {
    for (int i = 0; i < 2*N; i++) {
        float f = v[i/N][i%N];
        uint32_t u, sign;
        memcpy(&u, &f, 4);
        sign = u >> 16 & 0x8000;
        u &= 0x7FFFFFFF;
        memcpy(&f, &u, 4);
        if (u < 0x38800000) {
            f += .5f;
            memcpy(&u, &f, 4);
            u -= 0x3F000000;
        }
        else u = u > 0x7F800000 ? 0x7E00 : u >= 0x477FF000 ? 0x7C00 : (u - 0x38000000 + 0xFFF + (u >> 13 & 1)) >> 13;
        d[i] = sign | u;
    }
}
#endif

/* == Codes == */
#if defined(__AVX512F__)
static inline i32v wide(const int8 *s) { return (i32v)_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)s)); }
static inline int32_t largest(const i32v *a) {
    return _mm512_reduce_max_epi32(_mm512_max_epi32((__m512i)a[0], (__m512i)a[1]));
}
#elif defined(__AVX2__)
static inline i32v wide(const int8 *s) { return (i32v)_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)s)); }
static inline int32_t largest(const i32v *a) {
    __m256i y = _mm256_max_epi32((__m256i)a[0], (__m256i)a[1]);
    y = _mm256_max_epi32(y, _mm256_max_epi32((__m256i)a[2], (__m256i)a[3]));
    __m128i x = _mm_max_epi32(_mm256_castsi256_si128(y), _mm256_extracti128_si256(y, 1));
    x = _mm_max_epi32(x, _mm_shuffle_epi32(x, 0x4E));
    return _mm_cvtsi128_si32(_mm_max_epi32(x, _mm_shuffle_epi32(x, 0xB1)));
}
#else
static inline i32v wide(const int8 *s) {
    i8v b;
    memcpy(&b, s, N);
    return __builtin_convertvector(__builtin_convertvector(b, i16v), i32v);
}
static inline int32_t largest(const i32v *a) {
    i32v x = a[0];
    for (int i = 1; i < K; i++) {
        i32v more = a[i] > x;
        x = (a[i] & more) | (x & ~more);
    }
    int32_t top = 0;
    for (int i = 0; i < N; i++) if (x[i] > top) top = x[i];
    return top;
}
#endif
/* Codes q as numbers q*|q|, and back from whole numbers */
static inline void get_int8_in_order(const int8 *s, f32v *a) {
    for (int i = 0; i < 2; i++) {
        f32v f = __builtin_convertvector(wide(s + i*N), f32v);
        a[i] = f*(f32v)((i32v)f & 0x7FFFFFFF);
    }
}
static inline void put_int8_in_order(int8 *d, const i32v *q) {
    for (int i = 0; i < 2; i++) {
        i8v b = __builtin_convertvector(q[i], i8v);
        memcpy(d + i*N, &b, N);
    }
}
static inline void get_int8_even_odd(const int8 *s, f32v *a) {
    i8w b;
    memcpy(&b, s, 2*N);
    i16w w = __builtin_convertvector(b, i16w), minus = w >> 15;
    i32v q = (i32v)((w*w ^ minus) - minus);
    a[0] = __builtin_convertvector(q << 16 >> 16, f32v);
    a[1] = __builtin_convertvector(q >> 16, f32v);
}
static inline void put_int8_even_odd(int8 *d, const i32v *q) {
    i16v b = __builtin_convertvector(q[1] << 8 | (q[0] & 0xFF), i16v);
    memcpy(d, &b, 2*N);
}
