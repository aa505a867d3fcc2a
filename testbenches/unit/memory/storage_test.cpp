// SPDX-License-Identifier: Apache-2.0
#include "memory/storage.h"

#include <cstring>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.h"

namespace lacuna {

namespace {

std::vector<std::uint8_t> read(const memory::Storage& storage, std::uint64_t offset,
                               std::size_t bytes) {
  std::vector<std::uint8_t> out(bytes);
  storage.read(offset, out);
  return out;
}

}  // namespace

TEST_CASE("random writes and reads agree with a plain array") {
  const std::size_t size = 300000;  // four and a half pages
  memory::Storage storage(size);
  std::vector<std::uint8_t> plain(size);
  for (std::size_t i = 0; i < size; ++i) {
    plain[i] = memory::Storage::unwritten(i);
  }
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t bytes = 1 + random() % (i % 10 == 0 ? 100000 : 300);
    const std::size_t offset = random() % (size - bytes);
    if (i % 2 == 0) {
      std::vector<std::uint8_t> data(bytes);
      for (auto& byte : data) {
        byte = static_cast<std::uint8_t>(random());
      }
      storage.write(offset, data);
      std::memcpy(plain.data() + offset, data.data(), bytes);
    } else {
      REQUIRE(
          read(storage, offset, bytes) ==
          std::vector<std::uint8_t>(plain.begin() + static_cast<std::ptrdiff_t>(offset),
                                    plain.begin() + static_cast<std::ptrdiff_t>(offset + bytes)));
    }
  }
}

TEST_CASE("unwritten memory is not zero and costs nothing") {
  memory::Storage storage(std::uint64_t{1} << 40);
  const auto bytes = read(storage, (std::uint64_t{1} << 40) - 1000, 1000);
  CHECK(std::count(bytes.begin(), bytes.end(), 0) < 20);
  CHECK(storage.allocated_bytes() == 0);
  storage.write(123456789, std::vector<std::uint8_t>{1});
  CHECK(storage.allocated_bytes() == memory::Storage::page_bytes);
}

TEST_CASE("ranges are checked without wrapping around") {
  const memory::Storage storage(1000);
  CHECK(storage.contains(0, 1000));
  CHECK(storage.contains(1000, 0));
  CHECK_FALSE(storage.contains(1, 1000));
  CHECK_FALSE(storage.contains(~std::uint64_t{0}, 2));
  CHECK_FALSE(storage.contains(500, ~std::uint64_t{0}));
}

TEST_CASE("byte enables choose what is touched and repeat over the data") {
  memory::Storage storage(200000);
  const std::vector<std::uint8_t> before(10, 7);
  storage.write(65530, before);  // across a page border
  const std::vector<std::uint8_t> data{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::vector<std::uint8_t> enables{0xff, 0, 0xff};
  storage.write(65530, data, enables);
  CHECK(read(storage, 65530, 10) == std::vector<std::uint8_t>{0, 7, 2, 3, 7, 5, 6, 7, 8, 9});
  std::vector<std::uint8_t> out(10, 99);
  storage.read(65530, out, enables);
  CHECK(out == std::vector<std::uint8_t>{0, 99, 2, 3, 99, 5, 6, 99, 8, 9});
}

TEST_CASE("released ranges read as unwritten and whole pages are given back") {
  constexpr std::size_t page = memory::Storage::page_bytes;
  memory::Storage storage(4 * page);
  storage.write(0, std::vector<std::uint8_t>(4 * page, 0));
  storage.release(page - 10, 2 * page + 20);
  CHECK(storage.allocated_bytes() == 2 * page);
  for (const std::size_t offset : {page - 10, page, 2 * page, 3 * page - 1, 3 * page + 9}) {
    CHECK(read(storage, offset, 1)[0] == memory::Storage::unwritten(offset));
  }
  CHECK(read(storage, page - 11, 1)[0] == 0);
  CHECK(read(storage, 3 * page + 10, 1)[0] == 0);
}

TEST_CASE("an armed fault flips its bit in the first write that covers it") {
  tlm::FaultInjector faults;
  faults.request("ram:65536:7");
  memory::Storage storage(200000);
  storage.attach(faults, faults.add_storage("ram", 200000));
  const std::vector<std::uint8_t> zeros(100, 0);
  storage.write(0, zeros);
  storage.write(65536 + 1, zeros);
  CHECK_FALSE(faults.faults()[0].fired);
  storage.write(65536 - 50, zeros);  // across the page border
  CHECK(faults.faults()[0].fired);
  CHECK(read(storage, 65535, 3) == std::vector<std::uint8_t>{0, 0x80, 0});
  storage.write(65536 - 50, zeros);
  CHECK(read(storage, 65536, 1)[0] == 0);
}

TEST_CASE("a masked byte is not written and does not fire a fault") {
  tlm::FaultInjector faults;
  faults.request("ram:1:0");
  memory::Storage storage(100);
  storage.attach(faults, faults.add_storage("ram", 100));
  const std::vector<std::uint8_t> zeros(3, 0);
  storage.write(0, zeros, std::vector<std::uint8_t>{0xff, 0, 0xff});
  CHECK_FALSE(faults.faults()[0].fired);
  storage.write(0, zeros, std::vector<std::uint8_t>{0, 0xff, 0});
  CHECK(faults.faults()[0].fired);
  CHECK(read(storage, 0, 3) == std::vector<std::uint8_t>{0, 1, 0});
}

namespace {

constexpr std::size_t page = memory::Storage::page_bytes;

/// Byte i is i * 7, whatever the region.
struct Counting final : memory::DeclaredBytes {
  void fill(std::uint64_t offset, Span<std::uint8_t> out) const override {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<std::uint8_t>((offset + i) * 7);
    }
  }
};

}  // namespace

TEST_CASE("declared bytes are made when they are read, and cost no memory") {
  memory::Storage storage(10 * page);
  storage.declare(100, 3 * page, std::make_shared<Counting>());
  storage.declare(100 + 3 * page, 50, std::make_shared<Counting>());
  const std::vector<std::uint8_t> all = read(storage, 0, 4 * page);
  CHECK(storage.allocated_bytes() == 0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool first = i >= 100 && i < 100 + 3 * page;
    const bool second = i >= 100 + 3 * page && i < 150 + 3 * page;
    const std::uint8_t expected = first    ? static_cast<std::uint8_t>((i - 100) * 7)
                                  : second ? static_cast<std::uint8_t>((i - 100 - 3 * page) * 7)
                                           : memory::Storage::unwritten(i);
    if (all[i] != expected) {
      FAIL(i);
    }
  }
}

TEST_CASE("a write into declared bytes changes only what it writes, and release undoes it") {
  memory::Storage storage(10 * page);
  storage.declare(page + 10, page, std::make_shared<Counting>());
  storage.write(page + 20, std::vector<std::uint8_t>{1, 2});
  CHECK(storage.allocated_bytes() == page);
  CHECK(read(storage, page + 8, 14) ==
        std::vector<std::uint8_t>{memory::Storage::unwritten(page + 8),
                                  memory::Storage::unwritten(page + 9), 0, 7, 14, 21, 28, 35, 42,
                                  49, 56, 63, 1, 2});
  CHECK(read(storage, 2 * page, 1)[0] == static_cast<std::uint8_t>((page - 10) * 7));
  storage.release(page + 21, 1);
  CHECK(read(storage, page + 20, 2) == std::vector<std::uint8_t>{1, 77});
  storage.release(page, page);
  CHECK(storage.allocated_bytes() == 0);
  CHECK(read(storage, page + 20, 2) == std::vector<std::uint8_t>{70, 77});
}

TEST_CASE("declared regions lie within the memory and apart") {
  memory::Storage storage(1000);
  const auto content = std::make_shared<Counting>();
  storage.declare(100, 100, content);
  CHECK_THROWS_AS(storage.declare(199, 1, content), Error);
  CHECK_THROWS_AS(storage.declare(50, 51, content), Error);
  CHECK_THROWS_AS(storage.declare(0, 1000, content), Error);
  CHECK_THROWS_AS(storage.declare(950, 51, content), Error);
  storage.declare(200, 800, content);
  storage.declare(0, 100, content);
}

}  // namespace lacuna
