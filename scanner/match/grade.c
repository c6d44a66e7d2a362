/* grade: how well a match is supported. */
#include "match/grade.h"

#include "hashsets/row.h"

#define STRONG (TUTELA_BIT(TUTELA_SHA256) | TUTELA_BIT(TUTELA_SHA512))

tutela_grade tt_grade(uint32_t agreed, uint32_t disagreed, uint64_t listed_size, uint64_t bytes)
{
    if (disagreed)
        return TUTELA_GRADE_X;
    if (agreed & STRONG)
        return TUTELA_GRADE_S;
    if (__builtin_popcount(agreed) >= 2)
        return TUTELA_GRADE_A;
    if (bytes == TT_SIZE_UNKNOWN)
        listed_size = TT_SIZE_UNKNOWN; /* nothing to hold it against */
    /*
     * One legacy digest alone: a size that contradicts it is the sign of a collision or of a wrong
     * list entry; either way the entry does not hold together.
     */
    if (listed_size != TT_SIZE_UNKNOWN && listed_size != bytes)
        return TUTELA_GRADE_X;
    if (listed_size != TT_SIZE_UNKNOWN || (agreed & TUTELA_BIT(TUTELA_SHA1)))
        return TUTELA_GRADE_B;
    return TUTELA_GRADE_C;
}

tutela_grade tt_grade_better(tutela_grade a, tutela_grade b)
{
    /* The numbers run from best to worst, but for NONE, which is worse than all. */
    if (a == TUTELA_GRADE_NONE || b == TUTELA_GRADE_NONE)
        return a == TUTELA_GRADE_NONE ? b : a;
    return a < b ? a : b;
}
