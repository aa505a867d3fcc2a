// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/error.h"
#include "core/files.h"
#include "core/parameters.h"
#include "core/tensor.h"
#include "sparse/bbs_stream.h"
#include "sparse/compress.h"

using namespace lacuna;
using namespace lacuna::sparse;
namespace fs = std::filesystem;

namespace {

/// A folder of its own that goes with the test.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "lacuna-compress-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Scratch() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  /// Names of everything in it, with what is below.
  std::vector<std::string> content() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      names.push_back(fs::relative(entry.path(), path_).string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  fs::path path_;
};

std::string golden(const std::string& name) {
  return std::string(LACUNA_TEST_DATA) + "/bbs/" + name;
}

template <class T>
void require_same(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  REQUIRE(std::equal(a.elements<T>().begin(), a.elements<T>().end(), b.elements<T>().begin()));
}

/// The place of the error that compressing throws.
std::string place_of_error(const std::string& input, const std::string& directory) {
  try {
    compress_bbs(input, directory, {});
  } catch (const Error& error) {
    REQUIRE(error.fault() == Fault::bad_input);
    return error.diagnostics().front().place.text();
  }
  return "no error";
}

}  // namespace

TEST_CASE("compressing writes four files that agree") {
  const Scratch scratch;
  const std::string out = scratch / "a/b";
  const BbsSummary summary = compress_bbs(golden("g01_conv3x3.w.npy"), out, {});
  CHECK(scratch.content() == std::vector<std::string>{"a", "a/b", "a/b/metadata.npy",
                                                      "a/b/stream.bin", "a/b/summary.json",
                                                      "a/b/weights.npy"});
  const Tensor weights = load_npy(out + "/weights.npy");
  require_same<std::int16_t>(weights, load_npy(golden("g01_conv3x3.zps_N4_c6_g32.npy")));
  require_same<std::int8_t>(load_npy(out + "/metadata.npy"),
                            load_npy(golden("g01_conv3x3.zps_N4_c6_g32.meta.npy")));
  const std::string stream = read_file(out + "/stream.bin");
  CHECK(stream.size() == summary.stream_bytes);
  const DecodedStream decoded = decode_stream(
      {reinterpret_cast<const std::uint8_t*>(stream.data()), stream.size()}, "stream.bin");
  CHECK(decoded.shape == weights.shape());
}

TEST_CASE("the summary counts what was written") {
  const Scratch scratch;
  BbsCompressOptions options;
  options.method = BbsMethod::rounded_averaging;
  options.columns = 2;
  const std::string input = golden("g03_fc.w.npy");
  compress_bbs(input, scratch / "out", options);
  const auto json = nlohmann::json::parse(read_file(scratch / "out/summary.json"));
  const Tensor before = load_npy(input);
  const Tensor after = load_npy(scratch / "out/weights.npy");
  const Tensor metadata = load_npy(scratch / "out/metadata.npy");
  std::uint64_t squares = 0;
  int most = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const int error = after.elements<std::int16_t>()[i] - before.elements<std::int8_t>()[i];
    squares += static_cast<std::uint64_t>(error * error);
    most = std::max(most, std::abs(error));
  }
  std::uint64_t columns = 0;
  for (std::size_t g = 0; g < metadata.shape()[0]; ++g) {
    columns += 8U - static_cast<unsigned>(metadata.elements<std::int8_t>()[3 * g] +
                                          metadata.elements<std::int8_t>()[3 * g + 1]);
  }
  CHECK(json["method"] == "ra");
  CHECK(json["columns"] == 2);
  CHECK(json["group"] == 32);
  CHECK(json["constant_bits"] == 6);
  CHECK(json["weights"] == 64 * 256);
  CHECK(json["groups"] == 512);
  CHECK(json["stored_column_bits"] == 32 * columns);
  CHECK(json["metadata_bits"] == 512 * 8);
  CHECK(json["effective_bits_per_weight"] == (32.0 * columns + 4096) / 16384);
  CHECK(json["compression_ratio"] == 8 * 16384 / (32.0 * columns + 4096));
  CHECK(json["stream_bytes"] == fs::file_size(scratch / "out/stream.bin"));
  CHECK(json["sum_of_squared_errors"] == squares);
  CHECK(json["max_absolute_error"] == most);
  CHECK(json["groups_with_more_than_3_redundant_columns"] == 0);
}

TEST_CASE("wrong tensors are refused where their header says so") {
  const Scratch scratch;
  const std::string path = scratch / "w.npy";
  const std::string out = scratch / "out/deep";
  // A header of format 1.0 starts at byte 10: {'descr': ..., 'fortran_order': False, 'shape': ...
  save_npy(path, Tensor(DataType::uint8, {4, 4}));
  CHECK(place_of_error(path, out) == path + ": byte 20");
  for (const Shape& shape : std::vector<Shape>{{4}, {4, 4, 4}, {1, 1, 1, 1, 1}}) {
    save_npy(path, Tensor(DataType::int8, shape));
    const std::string content = read_file(path);
    CHECK(place_of_error(path, out) ==
          path + ": byte " + std::to_string(content.find("'shape': ") + 9));
  }
  save_npy(path, Tensor(DataType::int8, {0, 4}));
  CHECK(place_of_error(path, out).substr(0, path.size() + 6) == path + ": byte");
  write_file(path, "nonsense");
  CHECK(place_of_error(path, out).substr(0, path.size() + 6) == path + ": byte");
  CHECK(place_of_error(scratch / "missing.npy", out) == scratch / "missing.npy");
  CHECK(scratch.content() == std::vector<std::string>{"w.npy"});
}

TEST_CASE("options out of range are refused by name before anything is written") {
  const Scratch scratch;
  BbsCompressOptions options;
  options.columns = 7;
  CHECK_THROWS_WITH(compress_bbs(golden("g03_fc.w.npy"), scratch / "out", options),
                    Catch::Contains("columns"));
  options = {};
  options.group = 257;
  CHECK_THROWS_WITH(compress_bbs(golden("g03_fc.w.npy"), scratch / "out", options),
                    Catch::Contains("group"));
  options = {};
  options.constant_bits = 7;
  CHECK_THROWS_WITH(compress_bbs(golden("g03_fc.w.npy"), scratch / "out", options),
                    Catch::Contains("constant_bits"));
  CHECK(scratch.content().empty());
}

TEST_CASE("nothing half-written stays when writing fails") {
  const Scratch scratch;
  fs::create_directories(scratch / "out/summary.json");
  CHECK(place_of_error(golden("g03_fc.w.npy"), scratch / "out") == scratch / "out/summary.json");
  CHECK(scratch.content() == std::vector<std::string>{"out", "out/summary.json"});
  write_file(scratch / "file", "x");
  CHECK(place_of_error(golden("g03_fc.w.npy"), scratch / "file/out") != "no error");
  CHECK(scratch.content() == std::vector<std::string>{"file", "out", "out/summary.json"});
}

TEST_CASE("earlier results are replaced") {
  const Scratch scratch;
  compress_bbs(golden("g01_conv3x3.w.npy"), scratch / "out", {});
  compress_bbs(golden("g03_fc.w.npy"), scratch / "out/", {});
  CHECK(load_npy(scratch / "out/weights.npy").shape() == Shape{64, 256});
  CHECK(scratch.content().size() == 5);
}

TEST_CASE("a tensor of 3 input channels is cut every 32 weights, or pixel by pixel when told so") {
  const Scratch scratch;
  save_npy(scratch / "w.npy", Tensor(DataType::int8, {2, 3, 4, 4}));
  BbsCompressOptions options;
  CHECK(compress_bbs(scratch / "w.npy", scratch / "out", options).sizes.groups == 3);
  options.narrow_inputs = NarrowInputs::shorten;
  const BbsSummary summary = compress_bbs(scratch / "w.npy", scratch / "out", options);
  CHECK(summary.sizes.groups == 2 * 16);
  CHECK(summary.group_length == 3);
}

TEST_CASE("options have names in files") {
  Diagnostics diagnostics;
  const auto options = read_parameters<BbsCompressOptions>(
      parse_yaml("{method: ra, columns: 6, group: 16, constant_bits: 1, narrow_inputs: shorten}",
                 "o"),
      "", diagnostics);
  REQUIRE(diagnostics.empty());
  CHECK(options.method == BbsMethod::rounded_averaging);
  CHECK(options.columns == 6);
  CHECK(options.group == 16);
  CHECK(options.constant_bits == 1);
  CHECK(options.narrow_inputs == NarrowInputs::shorten);
  read_parameters<BbsCompressOptions>(parse_yaml("{columns: 7, group: 0, constant_bits: 7}", "o"),
                                      "", diagnostics);
  CHECK(diagnostics.items().size() == 3);
}
