// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/span.h"

namespace lacuna::tlm {

/// Flips single bits of modelled storage, to show that verification notices. Storages register
/// under the name that the user writes and report every write; the first write that covers a
/// requested byte has the bit flipped, once.
class FaultInjector {
 public:
  struct Fault {
    std::string storage;     ///< "dram", "accelerator.weight_buffer"
    std::uint64_t byte = 0;  ///< from the start of the storage
    unsigned bit = 0;        ///< 0..7, 0 the least significant
    Place place;
    bool fired = false;
    /// "accelerator.weight_buffer:128:3".
    std::string text() const;
  };
  using StorageId = std::size_t;

  /// Arms "storage:byte:bit" (byte decimal or 0x...). @throws Error (bad_input) on another form
  void request(const std::string& text, const Place& place = {});

  /// @throws Error (stuck) when the name is taken
  StorageId add_storage(const std::string& name, std::uint64_t capacity);

  /// Every fault names a registered storage and a byte and bit in it; called once all storages
  /// exist.
  void check(Diagnostics& diagnostics) const;

  /// Told by a storage: these bytes, at `offset` of it, have just been written.
  void after_write(StorageId storage, std::uint64_t offset, Span<std::uint8_t> bytes) {
    if (storages_[storage].pending != 0) {
      flip(storage, offset, bytes);
    }
  }
  /// True while a fault waits for this storage: then every write must be reported, in whatever
  /// pieces.
  bool armed(StorageId storage) const { return storages_[storage].pending != 0; }

  const std::vector<Fault>& faults() const { return faults_; }

 private:
  struct Storage {
    std::string name;
    std::uint64_t capacity = 0;
    std::size_t pending = 0;  // armed faults that have not fired
  };
  void flip(StorageId storage, std::uint64_t offset, Span<std::uint8_t> bytes);

  std::vector<Storage> storages_;
  std::vector<Fault> faults_;
};

}  // namespace lacuna::tlm
