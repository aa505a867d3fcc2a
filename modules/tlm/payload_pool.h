// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/span.h"
#include "tlm/payload_info.h"

namespace lacuna::tlm {

/// The longest burst that one payload carries.
inline constexpr std::size_t max_burst_bytes = 64 * 1024;

/// Memory manager of an initiator: payloads with data buffers, reused by size class (powers of two
/// from 64 bytes). It must outlive its payloads; they return to it when their last reference is
/// released.
class PayloadPool : public ::tlm::tlm_mm_interface {
 public:
  PayloadPool();
  ~PayloadPool() override;
  PayloadPool(const PayloadPool&) = delete;
  PayloadPool& operator=(const PayloadPool&) = delete;

  /// A payload with one reference held for the caller, who releases it. Data buffer and streaming
  /// width are `bytes` long, no byte enables, response incomplete, a cleared PayloadInfo with the
  /// requester's name (which must outlive the payload). The buffer's content is whatever was there
  /// before. @throws Error (stuck) when bytes is 0 or over max_burst_bytes
  Payload& take(std::size_t bytes, const std::string* requester = nullptr);
  Payload& read(std::uint64_t address, std::size_t bytes, const std::string* requester = nullptr);
  /// A write with the data copied in.
  Payload& write(std::uint64_t address, Span<const std::uint8_t> data,
                 const std::string* requester = nullptr);

  /// Gives a payload of this pool byte enables as long as its data, all disabled, and returns them.
  Span<std::uint8_t> add_byte_enables(Payload& payload);

  /// Called by Payload::release().
  void free(Payload* payload) override;

  std::size_t allocated() const { return all_.size(); }  ///< payloads made so far
  std::size_t in_use() const { return in_use_; }         ///< taken and not yet released

 private:
  class Pooled;
  static constexpr std::size_t smallest_class_bits = 6;
  static constexpr std::size_t class_count = 11;  // 64 B .. 64 KiB

  std::vector<std::unique_ptr<Pooled>> all_;
  std::array<std::vector<Pooled*>, class_count> free_;
  std::size_t in_use_ = 0;
};

/// Data of a payload as a span.
inline Span<std::uint8_t> data_of(Payload& payload) {
  return {payload.get_data_ptr(), payload.get_data_length()};
}

}  // namespace lacuna::tlm
