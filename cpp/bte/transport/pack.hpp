// Several lanes at once: as many as one vector register of the instruction set holds. Included
// inside the kernel's namespace, once per instruction set.

#if defined(__AVX512F__)
constexpr int pack_bytes = 64;
#elif defined(__AVX__)
constexpr int pack_bytes = 32;
#else
constexpr int pack_bytes = 16;
#endif

template <class T>
constexpr int pack_lanes = pack_bytes / static_cast<int>(sizeof(T));

#if defined(__GNUC__)
template <class T>
struct pack_type;
template <>
struct pack_type<double> {
  typedef double type __attribute__((vector_size(pack_bytes)));
};
template <>
struct pack_type<float> {
  typedef float type __attribute__((vector_size(pack_bytes)));
};
template <class T>
using pack = typename pack_type<T>::type;
#else
template <class T>
struct pack {
  T v[pack_lanes<T>];
  T operator[](int i) const { return v[i]; }
};
// clang-format off
#define BTE_PACK_OPERATOR(op, op_is)                                      \
  template <class T>                                                      \
  pack<T> operator op(const pack<T>& a, const pack<T>& b) {               \
    pack<T> r;                                                            \
    for (int i = 0; i < pack_lanes<T>; ++i) r.v[i] = a.v[i] op b.v[i];    \
    return r;                                                             \
  }                                                                       \
  template <class T>                                                      \
  pack<T>& operator op_is(pack<T>& a, const pack<T>& b) { return a = a op b; }
// clang-format on
BTE_PACK_OPERATOR(+, +=)
BTE_PACK_OPERATOR(-, -=)
BTE_PACK_OPERATOR(*, *=)
BTE_PACK_OPERATOR(/, /=)
#undef BTE_PACK_OPERATOR
#endif

template <class T>
BTE_INLINE inline pack<T> load(const T* p) {
  pack<T> x;
  std::memcpy(&x, p, sizeof x);
  return x;
}
template <class T>
BTE_INLINE inline void store(T* p, const pack<T>& x) {
  std::memcpy(p, &x, sizeof x);
}

// The pack of f(0), f(1), ...
template <class T, class F>
BTE_INLINE inline pack<T> each(const F& f) {
  if constexpr (pack_lanes<T> == 8) {
    return pack<T>{f(0), f(1), f(2), f(3), f(4), f(5), f(6), f(7)};
  } else if constexpr (pack_lanes<T> == 4) {
    return pack<T>{f(0), f(1), f(2), f(3)};
  } else if constexpr (pack_lanes<T> == 2) {
    return pack<T>{f(0), f(1)};
  } else {
    T values[pack_lanes<T>];
    for (int i = 0; i < pack_lanes<T>; ++i) values[i] = f(i);
    return load(values);
  }
}

// Written out, so that every compiler makes it one broadcast instruction.
template <class T>
BTE_INLINE inline pack<T> fill(T v) {
  if constexpr (pack_lanes<T> == 16) {
    return pack<T>{v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v};
  } else if constexpr (pack_lanes<T> == 8) {
    return pack<T>{v, v, v, v, v, v, v, v};
  } else if constexpr (pack_lanes<T> == 4) {
    return pack<T>{v, v, v, v};
  } else {
    return pack<T>{v, v};
  }
}

// The sum of all lanes, by halves.
#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define BTE_HAS_SHUFFLE
#endif
#endif
#if defined(BTE_HAS_SHUFFLE)
template <class T>
BTE_INLINE inline double sum(pack<T> x) {
  if constexpr (pack_lanes<T> == 16) {
    x += __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3);
    x += __builtin_shufflevector(x, x, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1);
  } else if constexpr (pack_lanes<T> == 8) {
    x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3);
    x += __builtin_shufflevector(x, x, 2, 3, 0, 1, 2, 3, 0, 1);
  } else if constexpr (pack_lanes<T> == 4) {
    x += __builtin_shufflevector(x, x, 2, 3, 0, 1);
  }
  return x[0] + x[1];
}
#else
template <class T>
inline double sum(const pack<T>& x) {
  double part[pack_lanes<T>];
  for (int i = 0; i < pack_lanes<T>; ++i) part[i] = x[i];
  for (int half = pack_lanes<T> / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) part[i] += part[i + half];
  }
  return part[0];
}
#endif

// 1 / x. AVX-512 has an estimate of 14 bits that two steps of Newton's method (one in single
// precision) bring to rounding; a division would occupy the unit for as long as ten of them.
template <class T>
BTE_INLINE inline pack<T> reciprocal(const pack<T>& x) {
#if defined(__AVX512F__) && defined(__GNUC__)
  const pack<T> one = fill<T>(1);
  pack<T> y;
  if constexpr (sizeof(T) == 8) {
    y = (pack<T>)_mm512_rcp14_pd((__m512d)x);
    y += y * (one - x * y);
  } else {
    y = (pack<T>)_mm512_rcp14_ps((__m512)x);
  }
  return y + y * (one - x * y);
#else
  return fill<T>(1) / x;
#endif
}
