// The multiply-add rate of this instruction set, to measure the kernel against. Included inside
// the kernel's namespace, once per instruction set.

template <class T>
double add_products(std::int64_t rounds) {
  constexpr int n_chain = 12;  // covers the latency of two units
  pack<T> x[n_chain];
  BTE_UNROLL
  for (int i = 0; i < n_chain; ++i) x[i] = fill(T(0.1) * T(i));
  for (std::int64_t r = 0; r < rounds; ++r) {
    const pack<T> factor = fill(T(0.999)), term = fill(T(0.001));
    BTE_UNROLL
    for (int i = 0; i < n_chain; ++i) x[i] = x[i] * factor + term;
  }
  double total = 0;
  BTE_UNROLL
  for (int i = 0; i < n_chain; ++i) total += sum<T>(x[i]);
  // what is added up tends to n_chain packs of ones: no compiler may leave out the loop
  const double operations = 2.0 * double(rounds) * n_chain * pack_lanes<T>;
  return total < 0 ? 0 : operations;
}
