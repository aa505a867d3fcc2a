// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_queue.h"

#include <algorithm>

namespace lacuna::memory {

bool DramQueue::insert(const DramEntry& entry) {
  std::uint32_t index = free_;
  if (index == none) {
    index = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back(entry);
  } else {
    free_ = entries_[index].next;
    entries_[index] = entry;
  }
  DramEntry& added = entries_[index];
  Bank& bank = banks_[entry.bank];
  const std::size_t list = entry.write ? 1 : 0;
  if (entry.write) {
    for (std::uint32_t i = bank.head[0]; i != none; i = entries_[i].next) {
      if (entries_[i].overlaps(added)) {
        // It waits for that read, and is no more urgent than it: else they would wait for each
        // other.
        added.priority = std::max(added.priority, entries_[i].priority);
        added.blocked = true;
      }
    }
    bank.blocked += added.blocked ? 1 : 0;
  }
  // Age grows, so only priority moves an entry ahead of others; never ahead of the same bytes.
  std::uint32_t after = bank.tail[list];
  while (after != none && added.priority < entries_[after].priority &&
         !(entry.write && entry.overlaps(entries_[after]))) {
    after = entries_[after].previous;
  }
  added.previous = after;
  added.next = after == none ? bank.head[list] : entries_[after].next;
  (after == none ? bank.head[list] : entries_[after].next) = index;
  (added.next == none ? bank.tail[list] : entries_[added.next].previous) = index;
  if (bank.open_row == entry.row && !added.blocked) {
    const std::uint32_t hit = bank.hit[list];
    if (hit == none) {
      bank.hit[list] = index;
    } else if (added.next != none) {
      bank.hit[list] = find_hit(bank, list, bank.head[list], bank.open_row);
    }
  }
  ++bank.of_rows[list][kind_of(entry.row)];
  ++bank.entries;
  ++count_[list];
  return bank.head[list] == index || bank.hit[list] == index || bank.blocked != 0;
}

bool DramQueue::advance(std::uint32_t index, std::uint32_t columns) {
  DramEntry& entry = entries_[index];
  entry.column += columns;
  entry.order += std::uint64_t{columns} * entry.lanes;
  entry.remaining -= columns;
  if (entry.remaining != 0) {
    return false;
  }
  remove(index);
  return true;
}

void DramQueue::remove(std::uint32_t index) {
  DramEntry& entry = entries_[index];
  Bank& bank = banks_[entry.bank];
  const std::size_t list = entry.write ? 1 : 0;
  (entry.previous == none ? bank.head[list] : entries_[entry.previous].next) = entry.next;
  (entry.next == none ? bank.tail[list] : entries_[entry.next].previous) = entry.previous;
  --bank.of_rows[list][kind_of(entry.row)];
  if (bank.hit[list] == index) {
    bank.hit[list] = find_hit(bank, list, entry.next, bank.open_row);
  }
  if (!entry.write && bank.blocked != 0) {
    for (std::uint32_t i = bank.head[1]; i != none; i = entries_[i].next) {
      if (entries_[i].blocked && !overlaps_older_read(entries_[i])) {
        entries_[i].blocked = false;
        --bank.blocked;
      }
    }
    bank.hit[1] = bank.open_row < 0 ? none : find_hit(bank, 1, bank.head[1], bank.open_row);
  }
  --bank.entries;
  --count_[list];
  entry.next = free_;
  free_ = index;
}

void DramQueue::open(std::uint32_t index, std::uint32_t row) {
  Bank& bank = banks_[index];
  bank.open_row = row;
  bank.hit = {find_hit(bank, 0, bank.head[0], row), find_hit(bank, 1, bank.head[1], row)};
}

void DramQueue::close(std::uint32_t index) {
  banks_[index].open_row = -1;
  banks_[index].hit = {none, none};
}

std::uint32_t DramQueue::find_hit(const Bank& bank, std::size_t list, std::uint32_t from,
                                  std::int64_t row) const {
  if (bank.of_rows[list][kind_of(row)] == 0) {
    return none;
  }
  while (from != none && (entries_[from].row != row || entries_[from].blocked)) {
    from = entries_[from].next;
  }
  return from;
}

bool DramQueue::overlaps_older_read(const DramEntry& write) const {
  for (std::uint32_t i = banks_[write.bank].head[0]; i != none; i = entries_[i].next) {
    if (entries_[i].order < write.order && entries_[i].overlaps(write)) {
      return true;
    }
  }
  return false;
}

}  // namespace lacuna::memory
