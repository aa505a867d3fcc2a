// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/span.h"
#include "tlm/fault_injector.h"

namespace lacuna::memory {

/// Bytes that nobody has to store: whoever declares a region says what stands there.
class DeclaredBytes {
 public:
  virtual ~DeclaredBytes() = default;
  /// A pure function: the same bytes whenever they are asked for. Offsets count from the region's
  /// begin.
  virtual void fill(std::uint64_t offset, Span<std::uint8_t> out) const = 0;
};

/// The bytes of a modelled memory, kept in host memory page by page as they are first written.
/// Bytes that nobody wrote read as a fixed pattern, so that outputs that were never stored do not
/// pass for zeros.
class Storage {
 public:
  static constexpr std::size_t page_bytes = 64 * 1024;

  explicit Storage(std::uint64_t capacity);
  /// Reports every write to the injector from now on.
  void attach(tlm::FaultInjector& faults, tlm::FaultInjector::StorageId id);

  std::uint64_t capacity() const { return capacity_; }
  bool contains(std::uint64_t offset, std::uint64_t bytes) const {
    return offset <= capacity_ && bytes <= capacity_ - offset;
  }

  /// The caller has checked contains() for each of these.
  void read(std::uint64_t offset, Span<std::uint8_t> out) const;
  void write(std::uint64_t offset, Span<const std::uint8_t> in);
  /// Touches the bytes whose enable is TLM's enabled value (0xff); enables repeat over the data.
  void read(std::uint64_t offset, Span<std::uint8_t> out, Span<const std::uint8_t> enables) const;
  void write(std::uint64_t offset, Span<const std::uint8_t> in, Span<const std::uint8_t> enables);

  /// Unwritten bytes of this region are what `bytes` says; a page that is written keeps the rest of
  /// them. @throws Error (stuck) when the region leaves the memory, or meets another
  void declare(std::uint64_t offset, std::uint64_t bytes,
               std::shared_ptr<const DeclaredBytes> content);

  /// Forgets the bytes of a range: they read as unwritten again. Whole pages serve later writes,
  /// up to a bound, as fresh ones cost the host a page fault each.
  void release(std::uint64_t offset, std::uint64_t bytes);

  /// The page that holds an offset, allocated if need be: direct access for loading and debug.
  std::uint8_t* page(std::uint64_t offset);
  std::uint64_t allocated_bytes() const { return allocated_pages_ * page_bytes; }

  /// What an unwritten byte reads as where nothing is declared.
  static std::uint8_t unwritten(std::uint64_t offset);

 private:
  using Page = std::unique_ptr<std::uint8_t[]>;
  static constexpr std::size_t pages_per_directory = 1024;
  static constexpr std::size_t most_spare_pages = 1024;
  using Directory = std::array<Page, pages_per_directory>;

  struct Region {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::shared_ptr<const DeclaredBytes> content;
  };
  /// Bytes within one page as they are before the first write.
  void fill_unwritten(std::uint64_t offset, Span<std::uint8_t> out) const;
  const std::uint8_t* find_page(std::uint64_t offset) const;
  Page& page_slot(std::uint64_t offset);
  void keep_spare(Page& page);
  void write_in_page(std::uint64_t offset, Span<const std::uint8_t> in);

  std::uint64_t capacity_;
  std::vector<std::unique_ptr<Directory>> directories_;
  std::vector<Page> spare_pages_;
  std::vector<Region> regions_;  // declared, in ascending order
  std::uint64_t allocated_pages_ = 0;
  tlm::FaultInjector* faults_ = nullptr;
  tlm::FaultInjector::StorageId fault_id_ = 0;
};

}  // namespace lacuna::memory
