// SPDX-License-Identifier: Apache-2.0
#include "memory/storage.h"

#include <cstring>
#include <random>

#include <catch2/catch.hpp>

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

}  // namespace lacuna
