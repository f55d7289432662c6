// Several lanes at once: as many as one vector register of the instruction set holds. Included
// inside the kernel's namespace, once per instruction set.

#if defined(__AVX512F__)
constexpr int pack_lanes = 8;
#elif defined(__AVX__)
constexpr int pack_lanes = 4;
#else
constexpr int pack_lanes = 2;
#endif

#if defined(__GNUC__)
typedef double pack __attribute__((vector_size(8 * pack_lanes)));
#else
struct pack {
  double v[pack_lanes];
  double operator[](int i) const { return v[i]; }
};
// clang-format off
#define BTE_PACK_OPERATOR(op, op_is)                                    \
  inline pack operator op(const pack& a, const pack& b) {               \
    pack r;                                                             \
    for (int i = 0; i < pack_lanes; ++i) r.v[i] = a.v[i] op b.v[i];     \
    return r;                                                           \
  }                                                                     \
  inline pack& operator op_is(pack& a, const pack& b) { return a = a op b; }
// clang-format on
BTE_PACK_OPERATOR(+, +=)
BTE_PACK_OPERATOR(-, -=)
BTE_PACK_OPERATOR(*, *=)
BTE_PACK_OPERATOR(/, /=)
#undef BTE_PACK_OPERATOR
#endif

inline double sum(const pack& x) {
  double total = 0;
  for (int i = 0; i < pack_lanes; ++i) total += x[i];
  return total;
}

inline pack load(const double* p) {
  pack x;
  std::memcpy(&x, p, sizeof x);
  return x;
}
inline void store(double* p, const pack& x) { std::memcpy(p, &x, sizeof x); }
// Written out, so that every compiler makes it one broadcast instruction.
inline pack fill(double value) {
#if defined(__AVX512F__)
  return pack{value, value, value, value, value, value, value, value};
#elif defined(__AVX__)
  return pack{value, value, value, value};
#else
  return pack{value, value};
#endif
}
