/* What C and Python share. Python reads both lists from this file; the compiled library tells which it was made from */

/* == The table of tensors == */
/* A row for each tensor. Each column has 64 bits */
#define COLUMNS(COLUMN) \
    COLUMN(void *, p)          /* address of the parameter */ \
    COLUMN(void *, g)          /* address of the gradient */ \
    COLUMN(void *, m)          /* address of the momentum, or of its codes */ \
    COLUMN(int64_t, first)     /* number of its first element */ \
    COLUMN(int64_t, n)         /* elements */ \
    COLUMN(int64_t, group)     /* number of its hypers */ \
    COLUMN(int64_t, decays)    /* 1, or 0 without decay */ \
    COLUMN(int64_t, kind)      /* kind of storage */ \
    COLUMN(uint16_t *, scales) /* address of the scales of 8-bit momentum */ \
    COLUMN(uint64_t, extra)    /* address of the lower halves of 16-bit weights, or key of their random numbers */

/* == Kinds of storage == */
/* How weights and momenta are stored, and how weights are rounded. The rest of a kind follows from these names */
#define KINDS(KIND) \
    KIND(float32, float32, nearest) \
    KIND(float64, float64, nearest) \
    KIND(bfloat16, bfloat16, nearest) \
    KIND(float16, float16, nearest) \
    KIND(bfloat16, float32, nearest) \
    KIND(float16, float32, nearest) \
    KIND(float32, int8, nearest) \
    KIND(bfloat16, int8, nearest) \
    KIND(float16, int8, nearest) \
    KIND(bfloat16, bfloat16, stochastic) \
    KIND(bfloat16, float32, stochastic) \
    KIND(bfloat16, int8, stochastic) \
    KIND(bfloat16, bfloat16, exact) \
    KIND(bfloat16, float32, exact) \
    KIND(bfloat16, int8, exact)
