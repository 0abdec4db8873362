/* The header as C11: every member where plugins expect it. */
#include <assay/plugin.h>

#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), "the size of " #type " has changed")
#define AT(type, member, bytes) \
  _Static_assert(offsetof(type, member) == (bytes), #type "." #member " has moved")
#include "plugins/sdk/layout_1_0.inc"
