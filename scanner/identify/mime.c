#include "identify/identify.h"
tutela_type tt_type_of_mime(const char *mime){ (void)mime; return TUTELA_TYPE_OTHER; }
