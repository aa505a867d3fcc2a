// SPDX-License-Identifier: Apache-2.0
#include "baselines/bitlet/array_detailed.h"
#include "baselines/bitlet/array_fast.h"
#include "serial_array_test.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

SerialMachine machine(unsigned group) {
  SerialMachine machine;
  machine.name = "group " + std::to_string(group);
  machine.fast = [group](const engine::ArrayOptions& options) {
    return std::make_unique<FastBitletArray>(options, group);
  };
  machine.detailed = [group](const engine::ArrayOptions& options) {
    return std::make_unique<DetailedBitletArray>(options, group);
  };
  machine.pass_elements = group;
  machine.pass_cycles = [](const std::vector<int>& weights) {
    unsigned most = 0;
    for (int significance = 1; significance <= 128; significance *= 2) {
      unsigned ones = 0;
      for (const int weight : weights) {
        ones += ((weight + 256) / significance) % 2 == 1 ? 1 : 0;
      }
      most = std::max(most, ones);
    }
    return most;
  };
  return machine;
}

std::vector<SerialMachine> machines() {
  return {machine(64), machine(32), machine(16)};
}

}  // namespace

TEST_CASE("Bitlet: fast and detailed agree with each other and with a direct convolution") {
  check_random_tiles(machines(), 90, 51);
}

TEST_CASE("Bitlet: one cycle more in either body is a difference") {
  check_slower_bodies(machines(), 52);
}

TEST_CASE("Bitlet: fast and detailed agree on tiles with flipped and missing bytes") {
  check_damaged_tiles(machines(), 53);
}

TEST_CASE("every significance takes the next weight that has a one there") {
  Distiller distiller;
  const std::vector<std::uint8_t> weights = {0x01, 0x81, 0x00, 0x03};
  distiller.load(weights);
  const PeOperation first = distiller.schedule();
  CHECK(first.effectual == 3);
  CHECK((first.lanes[0].source == 0 && first.lanes[0].adds && first.lanes[0].shift == 0));
  CHECK((first.lanes[1].source == 3 && first.lanes[1].shift == 1));
  CHECK((first.lanes[7].source == 1 && first.lanes[7].negate && first.lanes[7].shift == 7));
  const PeOperation second = distiller.schedule();
  CHECK((second.effectual == 1 && second.lanes[0].source == 1));
  const PeOperation third = distiller.schedule();
  CHECK((third.effectual == 1 && third.lanes[0].source == 3));
  CHECK_FALSE(distiller.pending());
}
