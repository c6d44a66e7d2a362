/* import_samples: the lists under tests/data/lists, one of each format and variant in text. */
#ifndef TT_TESTS_IMPORT_SAMPLES_H
#define TT_TESTS_IMPORT_SAMPLES_H

static const char *const import_samples[] = {
    "plain.txt",      "xways.txt",         "md5sum.txt",         "tagged.txt",  "md5deep-z.txt",
    "hashdeep.txt",   "comma.csv",         "icse.csv",           "clamav.hdb",  "clamav.mdb",
    "nsrl-2.txt",     "nsrl-1.5.txt",      "ilook-1.txt",        "ilook-3.txt", "ilook-4.txt",
    "hashkeeper.hsh", "tsk-md5.idx",       "vics-1.3.json",      "vics-2.0-us.json",
    "vics-2.0-cases.json",                 "c4all.xml",          "ncmec.xml"};

#define IMPORT_SAMPLES (sizeof import_samples / sizeof import_samples[0])

#endif
