// SPDX-License-Identifier: Apache-2.0
#include "tlm/fault_injector.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace lacuna::tlm {

namespace {

template <class Integer>
bool parse_integer(std::string_view text, Integer& value) {
  const bool hexadecimal = text.substr(0, 2) == "0x" || text.substr(0, 2) == "0X";
  if (hexadecimal) {
    text.remove_prefix(2);
  }
  const auto result =
      std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  return !text.empty() && result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

}  // namespace

std::string FaultInjector::Fault::text() const {
  return fmt::format("{}:{}:{}", storage, byte, bit);
}

void FaultInjector::request(const std::string& text, const Place& place) {
  const std::size_t last = text.rfind(':');
  const std::size_t middle =
      last == std::string::npos || last == 0 ? std::string::npos : text.rfind(':', last - 1);
  Fault fault;
  fault.place = place;
  if (middle == std::string::npos || middle == 0 ||
      !parse_integer(std::string_view(text).substr(middle + 1, last - middle - 1), fault.byte) ||
      !parse_integer(std::string_view(text).substr(last + 1), fault.bit)) {
    throw input_error(place, fmt::format("'{}' is not a fault: expected STORAGE:BYTE:BIT, for "
                                         "example accelerator.weight_buffer:128:3",
                                         text));
  }
  fault.storage = text.substr(0, middle);
  for (Storage& storage : storages_) {
    storage.pending += storage.name == fault.storage ? 1 : 0;
  }
  faults_.push_back(std::move(fault));
}

FaultInjector::StorageId FaultInjector::add_storage(const std::string& name,
                                                    std::uint64_t capacity) {
  Storage storage;
  storage.name = name;
  storage.capacity = capacity;
  for (const Storage& other : storages_) {
    if (other.name == name) {
      throw model_error("two storages are called " + name);
    }
  }
  for (const Fault& fault : faults_) {
    storage.pending += fault.storage == name ? 1 : 0;
  }
  storages_.push_back(std::move(storage));
  return storages_.size() - 1;
}

void FaultInjector::check(Diagnostics& diagnostics) const {
  std::vector<std::string> names;
  for (const Storage& storage : storages_) {
    names.push_back(storage.name);
  }
  for (const Fault& fault : faults_) {
    const auto storage =
        std::find_if(storages_.begin(), storages_.end(),
                     [&](const Storage& candidate) { return candidate.name == fault.storage; });
    if (storage == storages_.end()) {
      diagnostics.add(fault.place, fault.text(),
                      fmt::format("no storage is called '{}'{}", fault.storage,
                                  suggestion(fault.storage, names)));
      continue;
    }
    if (fault.byte >= storage->capacity) {
      diagnostics.add(fault.place, fault.text(),
                      fmt::format("byte {} is outside {}, which holds {} bytes", fault.byte,
                                  storage->name, storage->capacity));
    }
    if (fault.bit > 7) {
      diagnostics.add(fault.place, fault.text(),
                      fmt::format("bit {} of a byte: expected 0 to 7", fault.bit));
    }
  }
}

void FaultInjector::flip(StorageId storage, std::uint64_t offset, Span<std::uint8_t> bytes) {
  for (Fault& fault : faults_) {
    if (!fault.fired && fault.storage == storages_[storage].name &&
        fault.byte - offset < bytes.size()) {
      std::uint8_t& byte = bytes[fault.byte - offset];
      byte = static_cast<std::uint8_t>(byte ^ (1u << fault.bit));
      fault.fired = true;
      --storages_[storage].pending;
    }
  }
}

}  // namespace lacuna::tlm
