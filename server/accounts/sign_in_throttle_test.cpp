#include "server/accounts/sign_in_throttle.h"

#include <catch2/catch.hpp>

using assay::server::SignInThrottle;

TEST_CASE("SignInThrottle: the window slides") {
  SignInThrottle throttle(3, 100);
  CHECK_FALSE(throttle.blocked("dana", 0));
  for (const auto at : {0, 10, 20}) throttle.failed("dana", at);
  CHECK(throttle.blocked("dana", 99));
  CHECK_FALSE(throttle.blocked("eli", 99));
  CHECK_FALSE(throttle.blocked("dana", 100));
  throttle.failed("dana", 100);
  CHECK(throttle.blocked("dana", 109));
  CHECK_FALSE(throttle.blocked("dana", 110));
  CHECK_FALSE(throttle.blocked("dana", 1'000));
}

TEST_CASE("SignInThrottle: forgiven") {
  SignInThrottle throttle(1, 100);
  throttle.failed("dana", 0);
  CHECK(throttle.blocked("dana", 1));
  throttle.forget("dana");
  CHECK_FALSE(throttle.blocked("dana", 1));
}

TEST_CASE("SignInThrottle: made-up names push nobody out and cost bounded memory") {
  SignInThrottle throttle(1, 100);
  throttle.failed("dana", 0);
  for (std::size_t i = 0; i < 2 * SignInThrottle::keys_max; ++i) throttle.failed(std::to_string(i), 50);
  CHECK(throttle.blocked("dana", 60));
  CHECK_FALSE(throttle.blocked(std::to_string(2 * SignInThrottle::keys_max - 1), 60));
  throttle.failed("late", 160);
  CHECK(throttle.blocked("late", 161));
}
