// SPDX-License-Identifier: Apache-2.0
//
// SPARQ's quantization against the authors' kernels (testbenches/data/sparq), and by its own rules.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/error.h"
#include "core/tensor.h"
#include "sparse/compress_sparq.h"
#include "sparse/sparq_tensor.h"

using namespace lacuna;
using namespace lacuna::sparse;
using Json = nlohmann::json;

namespace {

struct NamedFormat {
  std::string name;
  SparqFormat format;
};

std::vector<NamedFormat> all_formats() {
  std::vector<NamedFormat> formats;
  for (const auto& [bits, placements] :
       std::vector<std::pair<unsigned, unsigned>>{{4, 5}, {4, 3}, {4, 2}, {3, 6}, {2, 7}}) {
    for (const SparqRounding rounding : {SparqRounding::trim, SparqRounding::round}) {
      const std::string name = "w" + std::to_string(bits) + "_" + std::to_string(placements) +
                               "opt_" + (rounding == SparqRounding::trim ? "trim" : "round");
      formats.push_back({name, make_sparq_format(bits, placements, rounding)});
    }
  }
  return formats;
}

const Json& expected() {
  static const Json json =
      Json::parse(std::ifstream(LACUNA_SOURCE_DIR "/testbenches/data/sparq/expected.json"));
  return json;
}

template <class Element>
std::vector<Element> values(const std::string& name) {
  return expected().at("products").at(name).at("values").get<std::vector<Element>>();
}

constexpr std::size_t pixels = 16;
constexpr std::size_t filters = 12;
constexpr std::size_t elements = 131;

std::vector<std::uint8_t> random_activations(std::size_t count, double zeros,
                                             std::mt19937& random) {
  std::vector<std::uint8_t> activations(count);
  std::bernoulli_distribution zero(zeros);
  for (std::uint8_t& value : activations) {
    value = zero(random) ? std::uint8_t{0} : static_cast<std::uint8_t>(random());
  }
  return activations;
}

}  // namespace

TEST_CASE("bSPARQ of every input is what the authors' kernel makes of it") {
  for (const NamedFormat& named : all_formats()) {
    const Json& table = expected().at("tables").at(named.name);
    for (unsigned value = 0; value < 256; ++value) {
      INFO(named.name << ", input " << value);
      const SparqFormat& f = named.format;
      const auto input = static_cast<std::uint8_t>(value);
      REQUIRE(place_window(input, f.bits, f.shifts(), f.rounding).value() == table.at(value));
    }
  }
  const std::vector<std::uint8_t> wide = {0, 1, 2};
  for (const SparqRounding rounding : {SparqRounding::trim, SparqRounding::round}) {
    const std::string name = rounding == SparqRounding::trim ? "w6_3opt_trim" : "w6_3opt_round";
    for (unsigned value = 0; value < 256; ++value) {
      REQUIRE(place_window(static_cast<std::uint8_t>(value), 6, wide, rounding).value() ==
              expected().at("tables").at(name).at(value));
    }
  }
}

TEST_CASE("products of pairs are the authors', with and without 2:4 weights") {
  const auto activations = values<std::uint8_t>("A_z30");
  const auto dense = values<std::int8_t>("B_z30");
  const auto pruned = values<std::int8_t>("B24_z30");
  for (const NamedFormat& named : all_formats()) {
    INFO(named.name);
    const SparqTensor tensor = encode_sparq(activations, pixels, named.format);
    const auto products = values<std::int32_t>("C_z30_" + named.name);
    const auto selected = values<std::int32_t>("C_z30_" + named.name + "_stc");
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      for (std::size_t filter = 0; filter < filters; ++filter) {
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < tensor.pairs_of_row(); ++i) {
          for (const SparqLane& lane : tensor.pairs[pixel * tensor.pairs_of_row() + i]) {
            const std::size_t element = 2 * i + lane.weight;
            const int weight = element < elements ? dense[filter * elements + element] : 0;
            sum += (lane.bits << lane.shift) * weight;
          }
        }
        REQUIRE(sum == products[pixel * filters + filter]);
        std::int32_t sparse_sum = 0;
        for (std::size_t first = 0; first < elements; first += 4) {
          const std::size_t count = std::min<std::size_t>(4, elements - first);
          const SelectedPair pair =
              select_pair({activations.data() + pixel * elements + first, count},
                          {pruned.data() + filter * elements + first, count});
          const auto lanes = encode_pair(pair.activation[0], pair.activation[1], named.format);
          for (const SparqLane& lane : lanes) {
            sparse_sum += (lane.bits << lane.shift) * pair.weight[lane.weight];
          }
        }
        REQUIRE(sparse_sum == selected[pixel * filters + filter]);
      }
    }
  }
}

TEST_CASE(
    "every pair stays within its bits and placements, and a lone value keeps twice the bits") {
  for (const NamedFormat& named : all_formats()) {
    INFO(named.name);
    const SparqFormat& f = named.format;
    const std::set<unsigned> placements(f.shifts().begin(), f.shifts().end());
    for (unsigned a = 0; a < 256; ++a) {
      for (unsigned b = 0; b < 256; ++b) {
        const SparqPair pair =
            encode_pair(static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b), f);
        for (const SparqLane& lane : pair) {
          REQUIRE(lane.bits < 1U << f.bits);
          REQUIRE(placements.count(lane.shift) == 1);
        }
        const auto decoded = decode_pair(pair);
        REQUIRE(decoded[0] < 256);
        REQUIRE(decoded[1] < 256);
        REQUIRE((decoded[0] == 0) == (a == 0));
        REQUIRE((decoded[1] == 0) == (b == 0));
        if (f.bits == 4 && (a == 0 || b == 0)) {
          REQUIRE((decoded[0] == a && decoded[1] == b));
        }
      }
    }
  }
}

TEST_CASE("streams hold what their widths promise, and come back") {
  std::mt19937 random(5);
  for (const NamedFormat& named : all_formats()) {
    for (const std::size_t length : {1U, 2U, 3U, 7U, 31U, 64U}) {
      for (const double zeros : {0.0, 0.5, 1.0}) {
        const std::size_t rows = 1 + random() % 5;
        const SparqTensor tensor =
            encode_sparq(random_activations(rows * length, zeros, random), rows, named.format);
        const SparqStreams streams = pack_sparq(tensor);
        const std::size_t lanes = 2 * tensor.pairs_of_row();
        CHECK(streams.data.size() == rows * ((lanes * named.format.bits + 7) / 8));
        CHECK(streams.metadata.size() == rows * ((lanes * named.format.metadata_bits() + 7) / 8));
        const SparqTensor back = unpack_sparq(streams, rows, length, named.format);
        CHECK(decode_sparq(back) == decode_sparq(tensor));
        CHECK(pack_sparq(back).metadata == streams.metadata);
      }
    }
  }
}

TEST_CASE("the metadata of the paper's example is 3 bits for each 4-bit activation") {
  const SparqFormat format = make_sparq_format(4, 3, SparqRounding::round);
  CHECK(format.metadata_bits() == 3);
  const std::vector<std::uint8_t> activations(64, 200);
  const SparqSizes sizes = encode_sparq(activations, 2, format).sizes();
  CHECK(sizes.data == 64 * 4);
  CHECK(sizes.metadata == 64 * 3);
  CHECK(sizes.bits_per_activation() == 7);
}

TEST_CASE("an odd row's last value is alone and keeps its bits") {
  const std::vector<std::uint8_t> activations = {201, 99, 173, 5, 255, 131};
  const SparqTensor tensor =
      encode_sparq(activations, 2, make_sparq_format(4, 2, SparqRounding::trim));
  CHECK(decode_sparq(tensor) == std::vector<std::uint8_t>{192, 96, 173, 5, 240, 131});
}

TEST_CASE("formats and streams that are none are refused") {
  CHECK_THROWS_WITH(make_sparq_format(4, 4, SparqRounding::trim),
                    Catch::Contains("no format of 4 bits with 4 placements"));
  CHECK_THROWS_AS(make_sparq_format(5, 5, SparqRounding::trim), Error);
  const SparqFormat format = make_sparq_format(4, 5, SparqRounding::trim);
  SparqStreams streams = pack_sparq(encode_sparq(std::vector<std::uint8_t>(8, 7), 1, format));
  streams.metadata[0] = 7;  // five placements only
  CHECK_THROWS_WITH(unpack_sparq(streams, 1, 8, format), Catch::Contains("ShiftCtrl 7"));
  streams.metadata.pop_back();
  CHECK_THROWS_WITH(unpack_sparq(streams, 1, 8, format), Catch::Contains("metadata of 3 B"));
  CHECK_THROWS_WITH(select_pair(std::vector<std::uint8_t>(4, 1), std::vector<std::int8_t>(4, 1)),
                    Catch::Contains("2:4"));
}

TEST_CASE("an image is paired along the channels of each pixel, and keeps its shape") {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("lacuna-sparq-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  Tensor image(DataType::uint8, {2, 3, 1, 2});  // [N, C, H, W]
  const std::vector<std::uint8_t> planes = {201, 99, 0, 77, 173, 5, 9, 18, 27, 36, 45, 255};
  std::copy(planes.begin(), planes.end(), image.bytes().begin());
  save_npy((folder / "in.npy").string(), image);
  const SparqSummary summary =
      compress_sparq_file((folder / "in.npy").string(), (folder / "out").string(),
                          make_sparq_format(4, 2, SparqRounding::trim));
  const Tensor quantized = load_npy((folder / "out" / "activations.npy").string());
  CHECK(quantized.shape() == image.shape());
  // Pixels (201, 0 | 173), (99, 77 | 5), (9, 27 | 45), (18, 36 | 255): a third channel is alone.
  const std::vector<std::uint8_t> expected_planes = {201, 96, 0,  64, 173, 5,
                                                     9,   16, 16, 32, 45,  255};
  CHECK(std::vector<std::uint8_t>(quantized.bytes().begin(), quantized.bytes().end()) ==
        expected_planes);
  CHECK(summary.zeros == 1);
  CHECK(summary.exact == 7);
  CHECK(summary.squared_error == 9 + 169 + 4 + 121 + 16);
  CHECK(summary.max_absolute_error == 13);
  CHECK(std::filesystem::file_size(folder / "out" / "data.bin") == 4 * 2);
  CHECK(std::filesystem::file_size(folder / "out" / "metadata.bin") == 4);
  std::filesystem::remove_all(folder);
}
