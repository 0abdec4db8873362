// The header as C++20, and the comfort layer on top of it: every member where plugins expect it.
#include <type_traits>

#include <assay/plugin.hpp>

#define SIZE(type, bytes)                                                   \
  static_assert(std::is_standard_layout_v<type> && sizeof(type) == (bytes), \
                "the size of " #type " has changed")
#define AT(type, member, bytes) \
  static_assert(offsetof(type, member) == (bytes), #type "." #member " has moved")
#include "plugins/sdk/layout_1_0.inc"
