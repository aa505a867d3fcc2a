// SPDX-License-Identifier: Apache-2.0
// Workloads, tensors and options that are wrong: exit status 2, with the place.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/tensor.h"
#include "support/program.h"

namespace lacuna::testing {

namespace {

const std::string bitvert = LACUNA_SOURCE_DIR "/platforms/bitvert.yaml";
const std::string resnet = LACUNA_SOURCE_DIR "/workloads/resnet18.yaml";

struct Case {
  const char* what;
  const char* workload;  ///< text of w.yaml
  const char* place;     ///< how the first message starts
  const char* says;
};

const std::vector<Case> cases = {
    {"no layers", "layers: []\n", "w.yaml:1:9", ""},
    {"neither network nor layers", "name: nothing\n", "w.yaml:1:1", "network"},
    {"an unknown network", "network: {type: resnot}\n", "w.yaml:1:17", "did you mean 'resnet'"},
    {"a depth that no ResNet has", "network: {type: resnet, depth: 42}\n", "w.yaml:1:32", "42"},
    {"an unknown knob", "network: {type: resnet}\nworkload: {bach: 2}\n", "w.yaml:2:12",
     "did you mean 'batch'"},
    {"a batch of nothing", "network: {type: resnet}\nworkload: {batch: 0}\n", "w.yaml:2:19", "0"},
    {"an unknown layer type",
     "layers:\n  - {name: a, type: gem, activations: {shape: [1, 8]}, weights: {shape: [4, 8]}}\n",
     "w.yaml:2:21", "did you mean 'gemm'"},
    {"no weights", "layers:\n  - {name: a, type: gemm, activations: {shape: [1, 8]}}\n",
     "w.yaml:2:5", "weights"},
    {"a dimension of nothing",
     "layers:\n  - {name: a, type: gemm, activations: {shape: [0, 8]}, weights: {shape: [4, 8]}}\n",
     "w.yaml:2:49", "0"},
    {"a negative dimension",
     "layers:\n  - {name: a, type: gemm, activations: {shape: [-1, 8]}, weights: {shape: [4, "
     "8]}}\n",
     "w.yaml:2:49", "-1"},
    {"a huge dimension",
     "layers:\n  - {name: a, type: gemm, activations: {shape: [1, 99999999999]}, weights: {shape: "
     "[4, 8]}}\n",
     "w.yaml:2:52", "99999999999"},
    {"operands that do not fit each other",
     "layers:\n  - {name: a, type: gemm, activations: {shape: [1, 9]}, weights: {shape: [4, 8]}}\n",
     "w.yaml:2:", "9"},
    {"a rank that no product has",
     "layers:\n  - {name: a, type: gemm, activations: {shape: [1, 8, 1]}, weights: {shape: [4, "
     "8]}}\n",
     "w.yaml:2:", "[M, K]"},
    {"a kernel larger than its image",
     "layers:\n  - {name: a, type: conv, activations: {shape: [1, 3, 4, 4]}, weights: {shape: [4, "
     "3, 7, 7]}}\n",
     "w.yaml:2:", "kernel"},
    {"a tensor that is not there",
     "layers:\n  - {name: a, type: gemm, activations: {npy: none.npy}, weights: {shape: [4, 8]}}\n",
     "w.yaml:2:", "none.npy"},
    {"a tensor cut short",
     "layers:\n  - {name: a, type: gemm, activations: {npy: short.npy}, weights: {shape: [4, "
     "8]}}\n",
     "short.npy: byte ", ""},
    {"a tensor that is none",
     "layers:\n  - {name: a, type: gemm, activations: {npy: text.npy}, weights: {shape: [4, 8]}}\n",
     "text.npy: byte 0", ""},
    {"a tensor of another type",
     "layers:\n  - {name: a, type: gemm, activations: {npy: float.npy}, weights: {shape: [4, "
     "8]}}\n",
     "", "float32"},
    {"a scale that is no number",
     "layers:\n  - {name: a, type: gemm, activations: {shape: [1, 8]}, weights: {shape: [4, 8]}, "
     "scale: {npy: nan.npy}}\n",
     "nan.npy: byte 136", "nan"},
};

void write_tensors(const TemporaryFolder& folder) {
  Tensor floats(DataType::float32, {4});
  for (float& value : floats.elements<float>()) {
    value = 1.0F;
  }
  save_npy((folder.path() / "float.npy").string(), floats);
  floats.elements<float>()[2] = std::numeric_limits<float>::quiet_NaN();
  save_npy((folder.path() / "nan.npy").string(), floats);
  const Tensor bytes(DataType::uint8, {1, 8});
  save_npy((folder.path() / "short.npy").string(), bytes);
  std::filesystem::resize_file(folder.path() / "short.npy", 130);
  folder.write("text.npy", "this is not a tensor");
}

}  // namespace

TEST_CASE("a malformed workload is refused with its place") {
  for (const Case& test : cases) {
    DYNAMIC_SECTION(test.what) {
      const TemporaryFolder folder;
      write_tensors(folder);
      folder.write("w.yaml", test.workload);
      const ProgramResult result =
          run_program({"run", bitvert, "--workload", "w.yaml"}, folder.path());
      INFO(result.errors);
      CHECK(result.status == 2);
      CHECK_THAT(result.errors, Catch::Contains(test.place));
      CHECK_THAT(result.errors, Catch::Contains(test.says));
    }
  }
}

TEST_CASE("wrong options are refused and named") {
  struct Option {
    std::vector<std::string> arguments;
    const char* says;
  };
  const std::vector<Option> options = {
      {{"--set", "accelerator.pe_array.rowz=4"}, "did you mean 'rows'"},
      {{"--set", "acelerator.pe_array.rows=4"}, "did you mean 'accelerator'"},
      {{"--set", "accelerator.pe_array.rows"}, "path=value"},
      {{"--set", "accelerator.clock=800"}, "--set accelerator.clock=800"},
      {{"--set", "workload.bach=2"}, "did you mean 'batch'"},
      {{"--inject", "dram:0"}, "dram:0"},
      {{"--inject", "drum:0:0"}, "did you mean 'dram'"},
      {{"--inject", "dram:0:8"}, "bit"},
      {{"--inject", "accelerator.weight_buffer:99999999:0"}, "99999999"},
      {{"--layers", "layer9*"}, "no layer"},
      {{"--seed", "minus"}, "--seed"},
      {{"--no-such-option"}, "--no-such-option"},
  };
  for (const Option& option : options) {
    DYNAMIC_SECTION(option.arguments.back()) {
      const TemporaryFolder folder;
      std::vector<std::string> arguments = {"run", bitvert, "--workload", resnet};
      arguments.insert(arguments.end(), option.arguments.begin(), option.arguments.end());
      const ProgramResult result = run_program(arguments, folder.path());
      INFO(result.errors);
      CHECK(result.status == 2);
      CHECK_THAT(result.errors, Catch::Contains(option.says));
    }
  }
}

TEST_CASE("compress refuses what it cannot read and leaves nothing behind") {
  const TemporaryFolder folder;
  write_tensors(folder);
  const std::vector<std::vector<std::string>> bad = {
      {"bbs", "--in", "none.npy"},
      {"bbs", "--in", "float.npy"},
      {"bbs", "--in", "text.npy"},
      {"bbs", "--in", "good.npy", "--columns", "7"},
      {"bbs", "--in", "good.npy", "--method", "zsp"},
      {"bbs", "--in", "good.npy", "--group", "0"},
      {"unified", "--in", "float.npy"},
      {"unified", "--in", "good.npy", "--vector", "9:8"},
      {"unified", "--in", "good.npy", "--value", "3:4"},
      {"unified", "--in", "good.npy", "--bit", "4"},
      {"unified", "--in", "good.npy", "--rounding", "up"},
      {"sparq", "--in", "good.npy"},  // signed
      {"sparq", "--in", "activations.npy", "--bits", "5"},
      {"sparq", "--in", "activations.npy", "--placements", "4"},
      {"sparq", "--in", "activations.npy", "--rounding", "tirm"},
      {"nm", "--in", "float.npy"},
      {"nm", "--in", "good.npy", "--pattern", "5:4"},
      {"nm", "--in", "good.npy", "--pattern", "2"},
      {"hss", "--in", "good.npy", "--rank1", "0:4"},
      {"hss", "--in", "good.npy", "--rank0", "2:17"},
      {"ant", "--in", "float.npy"},
      {"ant", "--in", "good.npy", "--bits", "9"},
      {"ant", "--in", "good.npy", "--type", "posit"},
      {"bitflip", "--in", "float.npy"},
  };
  save_npy((folder.path() / "good.npy").string(), Tensor(DataType::int8, {4, 64}));
  save_npy((folder.path() / "activations.npy").string(), Tensor(DataType::uint8, {1, 5, 3, 2}));
  for (const std::vector<std::string>& arguments : bad) {
    std::vector<std::string> words = {"compress"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    words.insert(words.end(), {"--out", "o"});
    const ProgramResult result = run_program(words, folder.path());
    INFO(result.errors);
    CHECK(result.status == 2);
    CHECK_FALSE(std::filesystem::exists(folder.path() / "o"));
  }
  CHECK(run_program({"compress", "bbs", "--in", "good.npy", "--out", "o"}, folder.path()).status ==
        0);
  for (const char* name : {"weights.npy", "metadata.npy", "stream.bin", "summary.json"}) {
    CHECK(std::filesystem::exists(folder.path() / "o" / name));
  }
  CHECK(run_program({"compress", "unified", "--in", "good.npy", "--out", "u"}, folder.path())
            .status == 0);
  for (const char* name : {"weights.npy", "vector_index.npy", "value_index.npy", "sign.npy",
                           "bit_index.npy", "data.npy", "stream.bin", "summary.json"}) {
    CHECK(std::filesystem::exists(folder.path() / "u" / name));
  }
  CHECK(run_program({"compress", "sparq", "--in", "activations.npy", "--out", "s"}, folder.path())
            .status == 0);
  for (const char* name : {"activations.npy", "data.bin", "metadata.bin", "summary.json"}) {
    CHECK(std::filesystem::exists(folder.path() / "s" / name));
  }
  CHECK(run_program({"compress", "ant", "--in", "good.npy", "--out", "a"}, folder.path()).status ==
        0);
  for (const char* name : {"weights.npy", "codes.npy", "formats.npy", "summary.json"}) {
    CHECK(std::filesystem::exists(folder.path() / "a" / name));
  }
  for (const std::string method : {"nm", "hss"}) {
    CHECK(run_program({"compress", method, "--in", "good.npy", "--out", method}, folder.path())
              .status == 0);
    for (const char* name : {"weights.npy", "values.npy", "block_index.npy", "value_index.npy",
                             "stream.bin", "summary.json"}) {
      CHECK(std::filesystem::exists(folder.path() / method / name));
    }
  }
}

TEST_CASE("help teaches and ends with status 0") {
  const TemporaryFolder folder;
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--help"},
                                             {"run", "--help"},
                                             {"compare", "--help"},
                                             {"compress", "bbs", "--help"},
                                             {"compress", "unified", "--help"},
                                             {"compress", "sparq", "--help"},
                                             {"compress", "hss", "--help"},
                                             {"screen", "--help"},
                                             {"describe"},
                                             {"describe", "bitvert"},
                                             {"--version"}}) {
    const ProgramResult result = run_program(words, folder.path());
    CHECK(result.status == 0);
    CHECK_FALSE(result.output.empty());
  }
  CHECK(run_program({"describe", "bitvret"}, folder.path()).status == 2);
  CHECK(run_program({}, folder.path()).status == 2);
}

}  // namespace lacuna::testing
