// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <verilated.h>

#include "cosim/axi_signals.h"

namespace lacuna::cosim {

/// Ports of a Verilated model, whichever type Verilator gives to their width. Numbers are of at most 64 bits.
template <class Port>
std::uint64_t get_number(const Port& port) {
  return port;
}
template <std::size_t words>
std::uint64_t get_number(const VlWide<words>& port) {
  return port[0] | std::uint64_t{port[1]} << 32;
}
template <class Port>
void put_number(Port& port, std::uint64_t value) {
  port = static_cast<Port>(value);
}
template <std::size_t words>
void put_number(VlWide<words>& port, std::uint64_t value) {
  port[0] = static_cast<std::uint32_t>(value);
  port[1] = static_cast<std::uint32_t>(value >> 32);
}

/// A data bus, lane 0 lowest.
template <class Port>
void get_data(const Port& port, AxiData& data) {
  for (std::size_t i = 0; i < sizeof port; ++i) {
    data[i] = static_cast<std::uint8_t>(port >> (8 * i));
  }
}
template <std::size_t words>
void get_data(const VlWide<words>& port, AxiData& data) {
  for (std::size_t i = 0; i < 4 * std::min<std::size_t>(words, max_axi_bytes / 4); ++i) {
    data[i] = static_cast<std::uint8_t>(port[i / 4] >> (8 * (i % 4)));
  }
}
template <class Port>
void put_data(Port& port, const AxiData& data) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof port; ++i) {
    value |= std::uint64_t{data[i]} << (8 * i);
  }
  port = static_cast<Port>(value);
}
template <std::size_t words>
void put_data(VlWide<words>& port, const AxiData& data) {
  for (std::size_t word = 0; word < std::min<std::size_t>(words, max_axi_bytes / 4); ++word) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) {
      value |= std::uint32_t{data[4 * word + i]} << (8 * i);
    }
    port[word] = value;
  }
}

}  // namespace lacuna::cosim
