// Eight lanes at once. Included inside the kernel's namespace, once per instruction set.

#if defined(__GNUC__)
typedef double pack __attribute__((vector_size(64)));
inline double sum(const pack& x) {
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}
#else
struct pack {
  double v[8];
  double operator[](int i) const { return v[i]; }
};
#define BTE_PACK_OPERATOR(op)                              \
  inline pack operator op(const pack& a, const pack& b) {  \
    pack r;                                                \
    for (int i = 0; i < 8; ++i) r.v[i] = a.v[i] op b.v[i]; \
    return r;                                              \
  }                                                        \
  inline pack& operator op## = (pack & a, const pack& b) { return a = a op b; }
BTE_PACK_OPERATOR(+)
BTE_PACK_OPERATOR(-)
BTE_PACK_OPERATOR(*)
BTE_PACK_OPERATOR(/)
#undef BTE_PACK_OPERATOR
inline double sum(const pack& x) {
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}
#endif

inline pack load(const double* p) {
  pack x;
  __builtin_memcpy(&x, p, sizeof x);
  return x;
}
inline void store(double* p, const pack& x) { __builtin_memcpy(p, &x, sizeof x); }
inline pack fill(double value) {
  const double v[8] = {value, value, value, value, value, value, value, value};
  return load(v);
}
