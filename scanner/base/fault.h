/*
 * fault: makes the n-th allocation or system call fail, in the test build only.
 *
 * base/mem and base/io ask tt_fault before each call. In the ordinary build the question compiles
 * to nothing. In the test build (-DTT_FAULTS) the environment variable
 *     TUTELA_FAULT=KIND:N        fail the N-th call of the kind, once
 *     TUTELA_FAULT=KIND:N+       fail the N-th and every later one
 *     TUTELA_FAULT=KIND:0        count only
 * chooses; with TUTELA_FAULT_REPORT=FILE the process appends "KIND COUNT" there when it ends, so
 * that a torture loop knows when it has passed every call, and "KIND way N" for each call that came
 * another way through the program than all before it: failing those alone meets every caller.
 * Counters are atomic and process-wide: run with one thread for a stable count.
 */
#ifndef TT_BASE_FAULT_H
#define TT_BASE_FAULT_H

typedef enum tt_fault_kind {
    TT_FAULT_MEM,
    TT_FAULT_OPEN,
    TT_FAULT_READ,
    TT_FAULT_WRITE,
    TT_FAULT_SYNC,
    TT_FAULT_STAT,
    TT_FAULT_THREAD,
    TT_FAULT_RANDOM,
    TT_FAULT_KINDS
} tt_fault_kind;

#ifdef TT_FAULTS
/* 1 when this call must fail. Thread: any. */
int tt_fault(tt_fault_kind kind);
#else
#define tt_fault(kind) 0
#endif

#endif
