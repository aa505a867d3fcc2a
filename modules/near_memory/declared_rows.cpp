// SPDX-License-Identifier: Apache-2.0
#include "near_memory/declared_rows.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "near_memory/arithmetic.h"
#include "sparse/screening/int4.h"

namespace lacuna::near_memory {

namespace {

class UnitRows final : public memory::DeclaredBytes {
 public:
  UnitRows(std::shared_ptr<const workload::ClassifierData> data, const UnitLayout& layout,
           std::uint32_t unit)
      : data_(std::move(data)), layout_(layout), unit_(unit) {}

  void fill(std::uint64_t offset, Span<std::uint8_t> out) const override {
    std::memset(out.data(), 0, out.size());
    if (layout_.screening) {
      fill_matrix(layout_.screener, offset, out, true);
    }
    fill_matrix(layout_.classifier, offset, out, false);
  }

 private:
  void fill_matrix(const Matrix& matrix, std::uint64_t offset, Span<std::uint8_t> out,
                   bool screener) const {
    fill_items(
        matrix.rows_at, matrix.row_bytes, offset, out,
        [&](std::uint64_t category, Span<std::uint8_t> row) { make_row(category, screener, row); });
    fill_items(
        matrix.biases_at, 4, offset, out, [&](std::uint64_t category, Span<std::uint8_t> item) {
          const float bias =
              screener ? static_cast<float>(data_->screener_bias(category)) : data_->bias(category);
          std::memcpy(item.data(), &bias, sizeof bias);
        });
  }

  /// Items of equal size from `begin` on, one a row; those that lie within the bytes asked for.
  template <class Make>
  void fill_items(std::uint64_t begin, std::uint32_t size, std::uint64_t offset,
                  Span<std::uint8_t> out, Make make) const {
    const std::uint64_t end = begin + std::uint64_t{size} * layout_.rows_of(unit_);
    std::uint64_t at = std::max(begin, offset);
    const std::uint64_t last = std::min(end, offset + out.size());
    std::vector<std::uint8_t> item(size);
    while (at < last) {
      const auto row = static_cast<std::uint32_t>((at - begin) / size);
      const std::uint64_t skipped = (at - begin) % size;
      const std::size_t count = std::min<std::uint64_t>(size - skipped, last - at);
      make(layout_.category_of(unit_, row), item);
      std::memcpy(out.data() + (at - offset), item.data() + skipped, count);
      at += count;
    }
  }

  void make_row(std::uint64_t category, bool screener, Span<std::uint8_t> row) const {
    std::memset(row.data(), 0, row.size());
    if (!screener) {
      std::vector<float> values(layout_.classifier.values);
      data_->weights(category, values);
      std::memcpy(row.data(), values.data(), 4 * values.size());
    } else if (layout_.screener.value_bits == 4) {
      data_->screener_weights(category, row);
    } else {
      std::vector<std::uint8_t> packed(sparse::screening::int4_bytes(layout_.screener.values));
      std::vector<float> values(layout_.screener.values);
      data_->screener_weights(category, packed);
      widen(packed, 4, values);
      std::memcpy(row.data(), values.data(), 4 * values.size());
    }
  }

  std::shared_ptr<const workload::ClassifierData> data_;
  UnitLayout layout_;
  std::uint32_t unit_;
};

class InterleavedBytes final : public memory::DeclaredBytes {
 public:
  InterleavedBytes(std::shared_ptr<const memory::DeclaredBytes> whole, std::uint32_t socket,
                   std::uint32_t sockets, std::uint64_t interleave)
      : whole_(std::move(whole)), socket_(socket), sockets_(sockets), interleave_(interleave) {}

  void fill(std::uint64_t offset, Span<std::uint8_t> out) const override {
    while (!out.empty()) {
      const std::uint64_t within = offset % interleave_;
      const std::size_t count = std::min<std::uint64_t>(out.size(), interleave_ - within);
      whole_->fill((offset / interleave_ * sockets_ + socket_) * interleave_ + within,
                   out.first(count));
      out = out.subspan(count);
      offset += count;
    }
  }

 private:
  std::shared_ptr<const memory::DeclaredBytes> whole_;
  std::uint32_t socket_;
  std::uint32_t sockets_;
  std::uint64_t interleave_;
};

}  // namespace

std::shared_ptr<const memory::DeclaredBytes> declared_rows(
    std::shared_ptr<const workload::ClassifierData> data, const UnitLayout& layout,
    std::uint32_t unit) {
  return std::make_shared<UnitRows>(std::move(data), layout, unit);
}

std::shared_ptr<const memory::DeclaredBytes> interleaved_bytes(
    std::shared_ptr<const memory::DeclaredBytes> whole, std::uint32_t socket, std::uint32_t sockets,
    std::uint64_t interleave) {
  return std::make_shared<InterleavedBytes>(std::move(whole), socket, sockets, interleave);
}

}  // namespace lacuna::near_memory
