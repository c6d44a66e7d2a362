#!/bin/sh
# worker: the broker, and the worker it starts, with the n-th allocation of either failing; a program of
# the fault build (tests/unit/t_worker_fault.c). A sample of n; TORTURE=long takes each.
cd "$(dirname "$0")/../.." || exit 1
program=build/fault/tests/t_worker_fault
[ "${TUTELA_VARIANT:-release}" = release ] || { echo '1..0 # SKIP the release run does this'; exit 0; }
[ -x $program ] || { echo "1..0 # SKIP no $program: 'make fault-build' makes it"; exit 0; }
exec $program
