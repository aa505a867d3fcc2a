// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/span.h"

namespace lacuna::engine {

/// The near end of a transfer: where loaded bytes go and stored bytes come from. Offsets are the
/// piece's own.
class DmaEndpoint {
 public:
  virtual ~DmaEndpoint() = default;
  virtual void put(std::uint64_t offset, Span<const std::uint8_t> bytes) = 0;
  virtual void get(std::uint64_t offset, Span<std::uint8_t> bytes) = 0;
};

/// Registers of a controller: bytes that are in no modelled buffer.
class VectorEndpoint final : public DmaEndpoint {
 public:
  explicit VectorEndpoint(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}
  void put(std::uint64_t offset, Span<const std::uint8_t> bytes) override {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  void get(std::uint64_t offset, Span<std::uint8_t> bytes) override {
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), bytes.size(), bytes.begin());
  }

 private:
  std::vector<std::uint8_t>& bytes_;
};

}  // namespace lacuna::engine
