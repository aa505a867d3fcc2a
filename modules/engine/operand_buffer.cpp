// SPDX-License-Identifier: Apache-2.0
#include "engine/operand_buffer.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::engine {

namespace {

/// Regions of a ring start at whole words of the widest bank.
constexpr std::uint64_t ring_alignment = 64;

}  // namespace

OperandBuffer::OperandBuffer(const char* name, const memory::SramParams& params, Policy policy,
                             tlm::Surroundings& surroundings, EnergyBoundary boundary)
    : sram_(name, params, surroundings, boundary), policy_(policy) {}

std::uint64_t OperandBuffer::largest_region() const {
  return policy_ == Policy::halves ? sram_.capacity() / 2 : sram_.capacity();
}

std::uint64_t OperandBuffer::acquire(std::uint64_t bytes) {
  if (bytes > largest_region()) {
    throw model_error(fmt::format("{}: {} bytes are needed at once, {} are there", sram_.name(),
                                  bytes, largest_region()));
  }
  Region region{next_offset_, bytes};
  if (policy_ == Policy::halves) {
    region.bytes = largest_region();
  }
  if (region.offset + region.bytes > sram_.capacity()) {
    region.offset = 0;
  }
  while (!is_free(region)) {
    waiting_ = true;
    sc_core::wait(released_);
  }
  waiting_ = false;
  regions_.push_back(region);
  next_offset_ = region.offset + region.bytes;
  if (policy_ == Policy::ring) {
    next_offset_ = (next_offset_ + ring_alignment - 1) / ring_alignment * ring_alignment;
  }
  return region.offset;
}

bool OperandBuffer::is_free(const Region& region) const {
  return std::none_of(regions_.begin(), regions_.end(), [&](const Region& taken) {
    return region.offset < taken.offset + taken.bytes &&
           taken.offset < region.offset + std::max<std::uint64_t>(region.bytes, 1);
  });
}

void OperandBuffer::release() {
  if (regions_.empty()) {
    throw model_error(fmt::format("{}: a region is released that nobody acquired", sram_.name()));
  }
  regions_.pop_front();
  released_.notify(sc_core::SC_ZERO_TIME);
}

void OperandBuffer::Endpoint::put(std::uint64_t offset, Span<const std::uint8_t> bytes) {
  if (counted_) {
    sram_.write(offset, bytes);
  } else {
    sram_.poke(offset, bytes);
  }
}

void OperandBuffer::Endpoint::get(std::uint64_t offset, Span<std::uint8_t> bytes) {
  const auto from = counted_ ? sram_.read(offset, bytes.size()) : sram_.peek(offset, bytes.size());
  std::copy(from.begin(), from.end(), bytes.begin());
}

}  // namespace lacuna::engine
