// SPDX-License-Identifier: Apache-2.0
#include "memory/storage.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "core/error.h"

namespace lacuna::memory {

namespace {

constexpr std::uint8_t enabled = 0xff;

/// A page as it looks before the first write.
const std::uint8_t* unwritten_page() {
  static const auto page = [] {
    auto bytes = std::make_unique<std::uint8_t[]>(Storage::page_bytes);
    for (std::size_t i = 0; i < Storage::page_bytes; ++i) {
      bytes[i] = Storage::unwritten(i);
    }
    return bytes;
  }();
  return page.get();
}

/// Calls action(first, count) for every run of enabled bytes.
template <class Action>
void for_each_run(std::size_t size, Span<const std::uint8_t> enables, Action action) {
  std::size_t first = 0;
  while (first < size) {
    if (enables[first % enables.size()] != enabled) {
      ++first;
      continue;
    }
    std::size_t end = first + 1;
    while (end < size && enables[end % enables.size()] == enabled) {
      ++end;
    }
    action(first, end - first);
    first = end;
  }
}

/// Overwrites the enabled bytes of a page.
void merge(Span<const std::uint8_t> in, const std::uint8_t* enables, std::uint8_t* page) {
  for (std::size_t i = 0; i < in.size(); ++i) {
    page[i] = enables[i] == enabled ? in[i] : page[i];
  }
}

std::size_t bytes_left_in_page(std::uint64_t offset) {
  return Storage::page_bytes - static_cast<std::size_t>(offset % Storage::page_bytes);
}

}  // namespace

Storage::Storage(std::uint64_t capacity) : capacity_(capacity) {
  constexpr std::uint64_t directory_bytes = page_bytes * pages_per_directory;
  directories_.resize(capacity / directory_bytes + (capacity % directory_bytes == 0 ? 0 : 1));
}

void Storage::attach(tlm::FaultInjector& faults, tlm::FaultInjector::StorageId id) {
  faults_ = &faults;
  fault_id_ = id;
}

std::uint8_t Storage::unwritten(std::uint64_t offset) {
  return static_cast<std::uint8_t>(0xa5 ^ (offset * 0x1d));
}

const std::uint8_t* Storage::find_page(std::uint64_t offset) const {
  const std::uint64_t number = offset / page_bytes;
  const auto& directory = directories_[number / pages_per_directory];
  return directory ? (*directory)[number % pages_per_directory].get() : nullptr;
}

Storage::Page& Storage::page_slot(std::uint64_t offset) {
  const std::uint64_t number = offset / page_bytes;
  auto& directory = directories_[number / pages_per_directory];
  if (!directory) {
    directory = std::make_unique<Directory>();
  }
  return (*directory)[number % pages_per_directory];
}

std::uint8_t* Storage::page(std::uint64_t offset) {
  Page& slot = page_slot(offset);
  if (!slot) {
    if (spare_pages_.empty()) {
      slot.reset(new std::uint8_t[page_bytes]);
    } else {
      slot = std::move(spare_pages_.back());
      spare_pages_.pop_back();
    }
    fill_unwritten(offset - offset % page_bytes, {slot.get(), page_bytes});
    ++allocated_pages_;
  }
  return slot.get();
}

void Storage::declare(std::uint64_t offset, std::uint64_t bytes,
                      std::shared_ptr<const DeclaredBytes> content) {
  const Region region{offset, offset + bytes, std::move(content)};
  const auto after = std::upper_bound(
      regions_.begin(), regions_.end(), offset,
      [](std::uint64_t begin, const Region& other) { return begin < other.begin; });
  const bool meets = (after != regions_.end() && after->begin < region.end) ||
                     (after != regions_.begin() && (after - 1)->end > region.begin);
  if (!contains(offset, bytes) || meets) {
    throw model_error("a declared region leaves the memory or meets another");
  }
  regions_.insert(after, region);
}

void Storage::fill_unwritten(std::uint64_t offset, Span<std::uint8_t> out) const {
  auto region =
      std::upper_bound(regions_.begin(), regions_.end(), offset,
                       [](std::uint64_t at, const Region& other) { return at < other.end; });
  while (!out.empty()) {
    const bool any = region != regions_.end();
    // A last page may reach beyond the memory.
    const std::uint64_t begin = any ? region->begin : std::numeric_limits<std::uint64_t>::max();
    if (offset >= begin) {
      const std::size_t count = std::min<std::uint64_t>(out.size(), region->end - offset);
      region->content->fill(offset - begin, out.first(count));
      out = out.subspan(count);
      offset += count;
      ++region;
      continue;
    }
    const std::size_t count = std::min<std::uint64_t>(out.size(), begin - offset);
    std::memcpy(out.data(), unwritten_page() + offset % page_bytes, count);
    out = out.subspan(count);
    offset += count;
  }
}

void Storage::read(std::uint64_t offset, Span<std::uint8_t> out) const {
  while (!out.empty()) {
    const std::size_t count = std::min(out.size(), bytes_left_in_page(offset));
    const std::uint8_t* page = find_page(offset);
    if (page == nullptr) {
      fill_unwritten(offset, out.first(count));
    } else {
      std::memcpy(out.data(), page + offset % page_bytes, count);
    }
    out = out.subspan(count);
    offset += count;
  }
}

void Storage::write_in_page(std::uint64_t offset, Span<const std::uint8_t> in) {
  std::uint8_t* bytes = page(offset) + offset % page_bytes;
  std::memcpy(bytes, in.data(), in.size());
  if (faults_ != nullptr) {
    faults_->after_write(fault_id_, offset, {bytes, in.size()});
  }
}

void Storage::write(std::uint64_t offset, Span<const std::uint8_t> in) {
  while (!in.empty()) {
    const std::size_t count = std::min(in.size(), bytes_left_in_page(offset));
    write_in_page(offset, in.first(count));
    in = in.subspan(count);
    offset += count;
  }
}

void Storage::read(std::uint64_t offset, Span<std::uint8_t> out,
                   Span<const std::uint8_t> enables) const {
  for_each_run(out.size(), enables, [&](std::size_t first, std::size_t count) {
    read(offset + first, out.subspan(first, count));
  });
}

void Storage::write(std::uint64_t offset, Span<const std::uint8_t> in,
                    Span<const std::uint8_t> enables) {
  const bool observed = faults_ != nullptr && faults_->armed(fault_id_);
  if (!observed && enables.size() >= in.size() && in.size() <= bytes_left_in_page(offset)) {
    merge(in, enables.data(), page(offset) + offset % page_bytes);
    return;
  }
  for_each_run(in.size(), enables, [&](std::size_t first, std::size_t count) {
    write(offset + first, in.subspan(first, count));
  });
}

void Storage::keep_spare(Page& page) {
  if (spare_pages_.size() < most_spare_pages) {
    spare_pages_.push_back(std::move(page));
  }
  page.reset();
  --allocated_pages_;
}

void Storage::release(std::uint64_t offset, std::uint64_t bytes) {
  constexpr std::uint64_t directory_bytes = page_bytes * pages_per_directory;
  while (bytes != 0) {
    if (!directories_[offset / directory_bytes]) {
      const std::uint64_t skipped =
          std::min<std::uint64_t>(bytes, directory_bytes - offset % directory_bytes);
      offset += skipped;
      bytes -= skipped;
      continue;
    }
    const std::uint64_t count = std::min<std::uint64_t>(bytes, bytes_left_in_page(offset));
    if (find_page(offset) != nullptr) {
      Page& slot = page_slot(offset);
      if (count == page_bytes) {
        keep_spare(slot);
      } else {
        const std::uint64_t in_page = offset % page_bytes;
        fill_unwritten(offset, {slot.get() + in_page, count});
      }
    }
    offset += count;
    bytes -= count;
  }
}

}  // namespace lacuna::memory
