#pragma once
#include <stdexcept>
#include <string>

namespace bte {

// The only place the core throws from: O(1) checks on entry, never inside a cell loop.
inline void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

}  // namespace bte
