// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "memory/dram_command.h"

namespace lacuna::memory {

/// A run's share of one row of one bank: so many columns in a row, waiting for their commands.
struct DramEntry {
  std::uint64_t order = 0;  ///< age of its next column: the number of columns accepted before it
  std::uint32_t bank = 0;
  std::uint32_t row = 0;
  std::uint32_t column = 0;  ///< the next
  std::uint32_t remaining = 0;
  std::uint32_t lanes = 1;  ///< by which `order` grows with every column
  std::int32_t priority = 0;
  std::uint32_t run = 0;
  bool write = false;
  bool blocked = false;  ///< a write that must not overtake an older read of its bytes
  Clock visible = 0;
  std::uint32_t next = 0;  ///< in the list of its bank, or of free entries
  std::uint32_t previous = 0;

  bool overlaps(const DramEntry& other) const {
    return row == other.row && column < other.column + other.remaining &&
           other.column < column + remaining;
  }
};

/// The entries that the scheduler of a channel sees, by bank and direction, most urgent first: by
/// priority, then age. Of each list it knows the first entry for the open row.
class DramQueue {
 public:
  static constexpr std::uint32_t none = 0;  // entries are numbered from 1

  explicit DramQueue(std::uint32_t banks) : banks_(banks), entries_(1) {}

  static constexpr std::uint32_t row_kinds = 64;
  struct Bank {
    std::array<std::uint32_t, 2> head{};  ///< of reads, of writes
    std::array<std::uint32_t, 2> tail{};
    std::array<std::uint32_t, 2> hit{};  ///< first unblocked entry for the open row
    std::uint32_t entries = 0;
    std::uint32_t blocked = 0;
    std::int64_t open_row = -1;
    /// Entries by the last bits of their rows: most rows need no search to know that none waits.
    std::array<std::array<std::uint32_t, row_kinds>, 2> of_rows{};
  };

  const DramEntry& operator[](std::uint32_t entry) const { return entries_[entry]; }
  const Bank& bank(std::uint32_t index) const { return banks_[index]; }
  std::uint32_t reads() const { return count_[0]; }
  std::uint32_t writes() const { return count_[1]; }

  /// The most urgent write of a bank that may be served.
  std::uint32_t first_free_write(std::uint32_t bank) const {
    std::uint32_t entry = banks_[bank].head[1];
    while (banks_[bank].blocked != 0 && entry != none && entries_[entry].blocked) {
      entry = entries_[entry].next;
    }
    return entry;
  }

  /// Whether an entry of the bank may be for that row: false only if none is.
  bool may_want(std::uint32_t bank, std::uint32_t row) const {
    const auto& of_rows = banks_[bank].of_rows;
    return (of_rows[0][kind_of(row)] | of_rows[1][kind_of(row)]) != 0;
  }

  /// @return whether what the bank offers has changed: the most urgent entries of its lists and of its
  /// open row, or what is blocked
  bool insert(const DramEntry& entry);
  /// The entry's next columns have been issued, so many. @return whether these were its last: it is
  /// gone
  bool advance(std::uint32_t index, std::uint32_t columns);
  void open(std::uint32_t index, std::uint32_t row);
  void close(std::uint32_t index);

  /// The more urgent of two entries; `none` loses.
  std::uint32_t first_of(std::uint32_t a, std::uint32_t b) const {
    if (a == none || b == none) {
      return a + b;
    }
    return precedes(entries_[b], entries_[a]) ? b : a;
  }

 private:
  static bool precedes(const DramEntry& a, const DramEntry& b) {
    return a.priority != b.priority ? a.priority < b.priority : a.order < b.order;
  }
  static std::uint32_t kind_of(std::int64_t row) {
    return static_cast<std::uint32_t>(row) % row_kinds;
  }
  /// The first unblocked entry for a row, in a list of a bank from one of its entries on.
  std::uint32_t find_hit(const Bank& bank, std::size_t list, std::uint32_t from,
                         std::int64_t row) const;
  bool overlaps_older_read(const DramEntry& write) const;
  void remove(std::uint32_t index);

  std::vector<Bank> banks_;
  std::vector<DramEntry> entries_;  // the first is nobody
  std::uint32_t free_ = none;
  std::array<std::uint32_t, 2> count_{};
};

}  // namespace lacuna::memory
