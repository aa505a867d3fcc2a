// SPDX-License-Identifier: Apache-2.0
#include "tlm/fault_injector.h"

#include <catch2/catch.hpp>

namespace lacuna {

TEST_CASE("a fault flips one bit of the first write that covers it, once") {
  tlm::FaultInjector faults;
  const auto dram = faults.add_storage("dram", 1000);
  faults.request("dram:100:3");
  const auto buffer = faults.add_storage("accelerator.weight_buffer", 64);
  faults.request("accelerator.weight_buffer:0x10:0");

  std::vector<std::uint8_t> bytes(50, 0);
  faults.after_write(dram, 50, bytes);  // ends one byte before
  faults.after_write(dram, 101, bytes);
  CHECK(std::count(bytes.begin(), bytes.end(), 0) == 50);
  faults.after_write(dram, 60, bytes);
  CHECK(bytes[40] == 8);
  CHECK(std::count(bytes.begin(), bytes.end(), 0) == 49);
  CHECK(faults.faults()[0].fired);
  CHECK_FALSE(faults.faults()[1].fired);
  CHECK_FALSE(faults.armed(dram));
  CHECK(faults.armed(buffer));
  faults.after_write(dram, 60, bytes);
  CHECK(bytes[40] == 8);

  std::vector<std::uint8_t> word{0xff, 0xff};
  faults.after_write(buffer, 16, word);
  CHECK(word[0] == 0xfe);
  Diagnostics diagnostics;
  faults.check(diagnostics);
  CHECK(diagnostics.empty());
}

TEST_CASE("malformed faults say what is expected") {
  tlm::FaultInjector faults;
  for (const char* text : {"", "dram", "dram:1", ":1:2", "dram:1:x", "dram::1",
                           "dram:1:", "dram:-1:2", "dram:0x:1", "dram:99999999999999999999:1"}) {
    INFO(text);
    CHECK_THROWS_WITH(faults.request(text), Catch::Contains("expected STORAGE:BYTE:BIT"));
  }
}

TEST_CASE("faults in unknown storages, bytes and bits are reported with the nearest name") {
  tlm::FaultInjector faults;
  faults.add_storage("accelerator.weight_buffer", 64);
  faults.request("accelerator.weigth_buffer:0:0");
  faults.request("accelerator.weight_buffer:64:0");
  faults.request("accelerator.weight_buffer:63:8");
  Diagnostics diagnostics;
  faults.check(diagnostics);
  REQUIRE(diagnostics.items().size() == 3);
  CHECK(diagnostics.items()[0].message.find("did you mean 'accelerator.weight_buffer'") !=
        std::string::npos);
  CHECK(diagnostics.items()[1].message.find("holds 64 bytes") != std::string::npos);
  CHECK(diagnostics.items()[2].message.find("expected 0 to 7") != std::string::npos);
}

TEST_CASE("two storages of one name are a mistake of the model") {
  tlm::FaultInjector faults;
  faults.add_storage("dram", 1);
  CHECK_THROWS_AS(faults.add_storage("dram", 1), Error);
}

}  // namespace lacuna
