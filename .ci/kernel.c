/* Steps every kind of storage at 144 lengths with every option, and prints a checksum for each kind and option, a NaN counting as a
   NaN. A vote of one takes the same steps. Buffers are as long as they must be: with AddressSanitizer to the byte, otherwise between guards that must stay as they were.
   With the name of a library, its functions step, and it first tells its instructions; it can't vote. With that of an OpenMP library,
   too, four of its threads step */
#define VOTE
#include "lion.c"
#include <stdio.h>
#include <stdlib.h>

#ifdef _WIN32
__declspec(dllimport) void *LoadLibraryA(const char *), *GetProcAddress(void *, const char *);
#define OPENED(file) LoadLibraryA(file)
#define FOUND(library, name) GetProcAddress(library, name)
#else
#include <dlfcn.h>
#define OPENED(file) dlopen(file, RTLD_NOW)
#define FOUND(library, name) dlsym(library, name)
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
enum { GUARD = 0 };
#else
enum { GUARD = 256 };
#endif
enum { LENGTHS = 144, STEPS = 3, WEIRD = 7 };

enum storage { F32, DOUBLE, BF16, HALF, CODES };
#define STORED_float32 F32
#define STORED_float64 DOUBLE
#define STORED_bfloat16 BF16
#define STORED_float16 HALF
#define STORED_int8 CODES
#define DRIVEN(T, M, WAY) {#T " " #M " " #WAY, STORED_##T, STORED_##M},
static const struct { const char *name; enum storage weights, momenta; } driven[] = {KINDS(DRIVEN)};

static const struct { const char *name; double h[6]; } options[] = {
    {"usual", {.01, .1, .9, .01}}, {"no decay", {.01, 0, .9, .01}}, {"beta1 low", {.01, .1, .3, .01}}, {"beta2 low", {.01, .1, .9, .8}},
    {"betas low, no decay", {.01, 0, .3, .8}}, {"caution", {.01, .1, .9, .01, 1}}, {"cautious_wd", {.01, .1, .9, .01, 0, 1}},
    {"both", {.01, .1, .9, .01, 1, 1}}, {"both, no decay", {.01, 0, .9, .01, 1, 1}}, {"both, betas low", {.01, .1, .3, .8, 1, 1}},
    {"betas 0", {.01, .1, 0, 1}}, {"lr 0", {0, .1, .9, .01}}};
enum { OPTIONS = sizeof options/sizeof *options };
static const int width[] = {4, 8, 2, 2, 1};

static uint64_t state;
static uint32_t random32(void) { state = state*6364136223846793005u + 1442695040888963407u; return state >> 32; }

static void *new_buffer(int64_t bytes) {
    char *b = malloc(bytes + 2*GUARD);
    if (!b) abort();
    memset(b, 0xA5, bytes + 2*GUARD);
    return b + GUARD;
}
static void free_buffer(void *data, int64_t bytes, const char *what) {
    unsigned char *b = (unsigned char *)data - GUARD;
    for (int64_t i = 0; i < GUARD; i++) if (b[i] != 0xA5 || b[GUARD + bytes + i] != 0xA5) {
        printf("written past the %s, %lld bytes long\n", what, (long long)bytes);
        exit(1);
    }
    free(b);
}

/* Numbers of many sizes; every `WEIRD`th tensor also holds infinities, NaN, denormals and huge ones */
static void fill(void *data, enum storage type, int64_t n, int weird) {
    static const uint32_t odd[] = {0x7F800000, 0xFF800000, 0x7FC00000, 1, 0x80000001, 0x7F7FFFFF, 0x00012345, 0x7F000000, 0, 0x80000000};
    for (int64_t i = 0; i < n; i++) {
        uint32_t x = random32(), bits = (x & 0x807FFFFF) | (110 + random32()%20) << 23;
        if (weird && random32()%50 == 0) bits = odd[random32()%10];
        if (type == F32) ((uint32_t *)data)[i] = bits;
        else if (type == BF16) ((uint16_t *)data)[i] = bits >> 16;
        else if (type == CODES) ((int8_t *)data)[i] = x;
        else if (type == HALF) ((uint16_t *)data)[i] = weird && x%50 == 0 ? x >> 16 : (x >> 16 & 0x83FF) | (6 + x%14) << 10;
        else {
            float f; double d;
            memcpy(&f, &bits, 4);
            d = f*(1 + random32()*0x1p-32);
            memcpy((double *)data + i, &d, 8);
        }
    }
}
static void fill_scales(uint16_t *scales, int64_t n, int weird) {
    static const uint16_t odd[] = {0, 0x8000, 0x7F80, 0xFF80, 0xBC00, 1, 0x7F7F, 0x1000};
    for (int64_t i = 0; i < n; i++) scales[i] = weird && random32()%3 == 0 ? odd[random32()%8] : 0x3800 + random32()%0x700;
}

static uint64_t sum;
static void add(uint64_t x) { for (int i = 0; i < 8; i++) { sum = (sum ^ (x & 255))*1099511628211u; x >>= 8; } }
static void add_all(const void *data, enum storage type, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        if (type == F32) { uint32_t u = ((const uint32_t *)data)[i]; add((u & 0x7FFFFFFF) > 0x7F800000 ? 0x7FC00000 : u); }
        else if (type == BF16) { uint16_t u = ((const uint16_t *)data)[i]; add((u & 0x7FFF) > 0x7F80 ? 0x7FC0 : u); }
        else if (type == HALF) { uint16_t u = ((const uint16_t *)data)[i]; add((u & 0x7FFF) > 0x7C00 ? 0x7E00 : u); }
        else if (type == CODES) add(((const uint8_t *)data)[i]);
        else { uint64_t u = ((const uint64_t *)data)[i]; add((u & ~(1ull << 63)) > 0x7FFull << 52 ? 0x7FFull << 52 | 1 : u); }
    }
}

static int64_t length(int i) {
    static const int64_t more[] = {159, 160, 161, 255, 256, 257, 511, 513, 1000, 1025, 4099, PIECE - 1, PIECE, PIECE + 77};
    return i < 130 ? i : more[i - 130];
}

/* In two parts, of which the second begins within a tensor */
static void vote(const row *rows, int n, int64_t end, const double (*h)[6]) {
    int64_t at[] = {0, end/2/WORD*WORD, end};
    for (int i = 0; i < 2; i++) {
        int64_t words = (at[i+1] - at[i])/WORD;
        uint64_t *plus = new_buffer(8*words), *some = new_buffer(8*words);
        memset(plus, 0, 8*words); memset(some, 255, 8*words);
        for (int applies = 0; applies < 2; applies++)
            if (lion_vote(rows, n, at[i], at[i+1], h, plus, some, applies, 1, 0)) abort();
        free_buffer(plus, 8*words, "votes"); free_buffer(some, 8*words, "abstentions");
    }
}

static const storage *kinds = lion_kinds;
static __typeof__(lion_step) *step_all = lion_step;
static openmp threads_of, *omp;

static uint64_t run(int kind, int o, int votes) {
    const enum storage w = driven[kind].weights, m = driven[kind].momenta;
    const int exact = kinds[kind].low_bits, lengths = o < 2 ? LENGTHS : LENGTHS - 3; /* the long ones tell nothing about options */
    static row rows[LENGTHS]; static int64_t agree[LENGTHS];
    int64_t end = 0;
    state = 1000*kind + 1;
    sum = 14695981039346656037u;
    for (int i = 0; i < lengths; i++) {
        int64_t n = length(i), blocks = (n + BLOCK - 1)/BLOCK;
        rows[i] = (row){new_buffer(n*width[w]), new_buffer(n*width[w]), new_buffer(n*width[m]), end, n, 0, i%5 != 4, kind, 0, 0};
        fill(rows[i].p, w, n, i%WEIRD == 0);
        fill(rows[i].m, m, n, i%WEIRD == 0);
        if (m == CODES) fill_scales(rows[i].scales = new_buffer(2*blocks), blocks, i%WEIRD == 0);
        if (exact) { rows[i].extra = (uint64_t)(uintptr_t)new_buffer(2*n); fill((void *)(uintptr_t)rows[i].extra, BF16, n, 0); }
        end += (n + 63)/64*64;
    }
    for (int step = 0; step < STEPS; step++) {
        for (int i = 0; i < lengths; i++) {
            fill(rows[i].g, w, rows[i].n, i%WEIRD == 0);
            if (!exact) rows[i].extra = (uint64_t)random32() << 32 | random32();
        }
        memset(agree, 0, sizeof agree);
        if (votes) vote(rows, lengths, end, &options[o].h);
        else if (step_all(kinds, rows, lengths, end, &options[o].h, options[o].h[4] != 0 ? agree : 0, omp ? 4 : 1, omp)) abort();
    }
    for (int i = 0; i < lengths; i++) {
        const row *r = rows + i;
        int64_t n = r->n, blocks = (n + BLOCK - 1)/BLOCK;
        add_all(r->p, w, n); add_all(r->m, m, n); add_all(r->g, w, n); add(agree[i]);
        if (m == CODES) { add_all(r->scales, BF16, blocks); free_buffer(r->scales, 2*blocks, "scales"); }
        if (exact) { add_all((void *)(uintptr_t)r->extra, BF16, n); free_buffer((void *)(uintptr_t)r->extra, 2*n, "lower halves"); }
        free_buffer(r->p, n*width[w], "weights"); free_buffer(r->g, n*width[w], "gradients"); free_buffer(r->m, n*width[m], "momenta");
    }
    return sum;
}

static void *opened(const char *file) {
    void *library = OPENED(file);
    if (!library) { fprintf(stderr, "%s can't be loaded\n", file); exit(1); }
    return library;
}

int main(int argc, char **argv) {
    if (argc > 1) {
        void *library = opened(argv[1]);
        kinds = FOUND(library, "lion_kinds");
        step_all = (__typeof__(lion_step) *)FOUND(library, "lion_step");
        const char *instructions = FOUND(library, "lion_instructions");
        if (!kinds || !step_all || !instructions) return 1;
        puts(instructions);
    }
    if (argc > 2) {
        void *library = opened(argv[2]);
        omp = &threads_of;
        *(void **)&omp->parallel = FOUND(library, "GOMP_parallel");
        *(void **)&omp->fork = FOUND(library, "__kmpc_fork_call");
        *(void **)&omp->ask = FOUND(library, "__kmpc_push_num_threads");
        *(void **)&omp->thread = FOUND(library, "__kmpc_global_thread_num");
        if (!omp->parallel && !(omp->fork && omp->ask && omp->thread)) return 1;
    }
    for (int kind = 0; kind < KIND_COUNT; kind++) for (int o = 0; o < OPTIONS; o++) {
        const uint64_t steps = run(kind, o, 0);
        printf("%-28s %-20s %016llx\n", driven[kind].name, options[o].name, (unsigned long long)steps);
        if (argc == 1 && options[o].h[4] == 0 && run(kind, o, 1) != steps) {
            printf("a vote of one steps otherwise\n");
            return 1;
        }
    }
    return 0;
}
