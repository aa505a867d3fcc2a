// SPDX-License-Identifier: Apache-2.0
#include "tlm/fault_injector.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/number_text.h"

namespace lacuna::tlm {

std::string FaultInjector::Fault::text() const {
  return fmt::format("{}:{}:{}", storage, byte, bit);
}

void FaultInjector::request(const std::string& text, const Place& place) {
  const std::size_t last = text.rfind(':');
  const std::size_t middle =
      last == std::string::npos || last == 0 ? std::string::npos : text.rfind(':', last - 1);
  std::optional<std::uint64_t> byte;
  std::optional<unsigned> bit;
  if (middle != std::string::npos && middle != 0) {
    const std::string_view numbers = text;
    byte =
        whole_number_or_hexadecimal<std::uint64_t>(numbers.substr(middle + 1, last - middle - 1));
    bit = whole_number_or_hexadecimal<unsigned>(numbers.substr(last + 1));
  }
  if (!byte || !bit) {
    throw input_error(place, fmt::format("'{}' is not a fault: expected STORAGE:BYTE:BIT, for "
                                         "example accelerator.weight_buffer:128:3",
                                         text));
  }
  Fault fault;
  fault.storage = text.substr(0, middle);
  fault.byte = *byte;
  fault.bit = *bit;
  fault.place = place;
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
