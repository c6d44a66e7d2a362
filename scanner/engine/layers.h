/*
 * layers: which layers of the sandbox this machine has, in words.
 */
#ifndef TT_ENGINE_LAYERS_H
#define TT_ENGINE_LAYERS_H

#define TT_LAYERS_TEXT 160 /* bytes of a text, its NUL counted: all names, and room */

/* NUL-ended. */
typedef struct tt_layers {
    char count[TT_LAYERS_TEXT]; /* "5 of 5 layers"; "none" */
    char names[TT_LAYERS_TEXT]; /* "no new privileges, landlock 3, ...; without seccomp"; or why none */
} tt_layers;

/* Only a worker process can tell: one is started, asked and ended. Thread: any. */
void tt_layers_describe(tt_layers *out);

#endif
