// SPDX-License-Identifier: Apache-2.0
#include "engine/gemm_nonzero.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "core/error.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/gemm_nonzero.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lacuna::engine {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Adds to zeros[k] the zeros among four rows, or among one.
template <std::size_t rows, class T>
void add_zeros(const T* HWY_RESTRICT matrix, std::size_t stride, T* HWY_RESTRICT zeros,
               std::size_t elements) {
  const hn::ScalableTag<T> d;
  const auto nothing = hn::Zero(d);
  const std::size_t lanes = hn::Lanes(d);
  std::size_t k = 0;
  for (; k + lanes <= elements; k += lanes) {
    auto sum = hn::LoadU(d, zeros + k);
    for (std::size_t r = 0; r < rows; ++r) {
      const auto is_zero = hn::Eq(hn::LoadU(d, matrix + r * stride + k), nothing);
      sum = hn::Sub(sum, hn::VecFromMask(d, is_zero));  // a true lane is -1
    }
    hn::StoreU(sum, d, zeros + k);
  }
  for (; k < elements; ++k) {
    for (std::size_t r = 0; r < rows; ++r) {
      zeros[k] = static_cast<T>(zeros[k] + (matrix[r * stride + k] == 0 ? 1 : 0));
    }
  }
}

/// T is unsigned: it holds elements, and how many zeros there were.
template <class T>
void count_zeros(const T* matrix, std::size_t rows, std::size_t stride, T* zeros,
                 std::size_t elements) {
  std::size_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    add_zeros<4>(matrix + r * stride, stride, zeros, elements);
  }
  for (; r < rows; ++r) {
    add_zeros<1>(matrix + r * stride, stride, zeros, elements);
  }
}

void count_zeros_16(const std::uint16_t* matrix, std::size_t rows, std::size_t stride,
                    std::uint16_t* zeros, std::size_t elements) {
  count_zeros(matrix, rows, stride, zeros, elements);
}

void count_zeros_8(const std::uint8_t* matrix, std::size_t rows, std::size_t stride,
                   std::uint8_t* zeros, std::size_t elements) {
  count_zeros(matrix, rows, stride, zeros, elements);
}

}  // namespace HWY_NAMESPACE
}  // namespace lacuna::engine
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lacuna::engine {
namespace {

HWY_EXPORT(count_zeros_16);
HWY_EXPORT(count_zeros_8);

/// Counts in as many goes as the narrow counters allow.
template <class T, class CountZeros>
void count(CountZeros count_zeros, const T* matrix, std::size_t elements_there, std::size_t rows,
           std::size_t stride, Span<std::uint32_t> counts) {
  if (rows == 0) {
    return;
  }
  if (stride < counts.size() || elements_there < (rows - 1) * stride + counts.size()) {
    throw model_error("a matrix to be counted is smaller than its shape");
  }
  constexpr std::size_t most = std::numeric_limits<T>::max();
  std::vector<T> zeros(counts.size());
  for (std::size_t first = 0; first < rows; first += most) {
    const std::size_t here = std::min(most, rows - first);
    std::fill(zeros.begin(), zeros.end(), T{0});
    count_zeros(matrix + first * stride, here, stride, zeros.data(), zeros.size());
    for (std::size_t k = 0; k < zeros.size(); ++k) {
      counts[k] += static_cast<std::uint32_t>(here - zeros[k]);
    }
  }
}

}  // namespace

void count_nonzero(Span<const std::int16_t> matrix, std::size_t rows, std::size_t stride,
                   Span<std::uint32_t> counts) {
  count(HWY_DYNAMIC_DISPATCH(count_zeros_16), reinterpret_cast<const std::uint16_t*>(matrix.data()),
        matrix.size(), rows, stride, counts);
}

void count_nonzero(Span<const std::uint8_t> matrix, std::size_t rows, std::size_t stride,
                   Span<std::uint32_t> counts) {
  count(HWY_DYNAMIC_DISPATCH(count_zeros_8), matrix.data(), matrix.size(), rows, stride, counts);
}

std::uint64_t multiply_counts(Span<const std::uint32_t> a, Span<const std::uint32_t> b) {
  if (a.size() != b.size()) {
    throw model_error("counts of different reductions cannot be multiplied");
  }
  std::uint64_t sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    sum += std::uint64_t{a[k]} * b[k];
  }
  return sum;
}

}  // namespace lacuna::engine
#endif
