/*
 * signs_end: the sign of a zip's end record, "PK\5\6", in a file's last bytes.
 *
 * Every file that is scanned is searched for it, which by memrchr took a third of the time that digesting
 * them took; so there are kernels for this too. Needs no library.
 */
#ifndef TT_UNPACK_SIGNS_END_H
#define TT_UNPACK_SIGNS_END_H

#include <stddef.h>
#include <stdint.h>

#define TT_END_SIGN  "PK\5\6"
#define TT_SIGN_SIZE 4u

/* The last sign that lies in these bytes, by the widest kernel that tt_cpu_features lets; NULL: none does. */
const uint8_t *tt_end_sign(const uint8_t *data, size_t size);

/* ---- Kernels ---------------------------------------------------------------------------------- */

#define TT_END_BLOCK 256u

/*
 * `blocks` blocks lie at `data`. The number, from 1, of the last in which a sign may begin, or at the byte
 * before it; 0: none.
 */
typedef size_t tt_end_function(const uint8_t *data, size_t blocks);

typedef struct tt_end_kernel {
    uint32_t needs; /* TT_CPU_ bits, all of them */
    tt_end_function *function;
} tt_end_kernel;

/* Every kernel of this build, the widest first; the last needs nothing. NULL from `index` = their number on. */
const tt_end_kernel *tt_end_kernel_at(size_t index);

#if defined(__x86_64__)
tt_end_function tt_end_avx2, tt_end_avx512;
#endif

#endif
