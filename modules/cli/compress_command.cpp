// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "core/document.h"
#include "core/parameters.h"
#include "sparse/compress.h"

namespace lacuna::cli {

namespace {

struct CompressArguments {
  std::string in;
  std::string out;
  std::string method = "zps";
  std::string columns = "4";
  std::string group = "32";
  std::string constant_bits = "6";
  std::string narrow_inputs = "straddle";
};

/// Options go the way of every parameter: described, range-checked, with the nearest name for a typo.
sparse::BbsCompressOptions options_of(const CompressArguments& arguments) {
  Node node = Node::make_mapping();
  const auto set = [&node](const std::string& key, const std::string& option,
                           const std::string& value) {
    Place place;
    place.file = option + " " + value;
    node.set(key, Node::make_scalar(value, place));
  };
  set("method", "--method", arguments.method);
  set("columns", "--columns", arguments.columns);
  set("group", "--group", arguments.group);
  set("constant_bits", "--constant-bits", arguments.constant_bits);
  set("narrow_inputs", "--narrow-inputs", arguments.narrow_inputs);
  Diagnostics diagnostics;
  const auto options = read_parameters<sparse::BbsCompressOptions>(node, "", diagnostics);
  diagnostics.throw_if_any();
  return options;
}

int execute(const CompressArguments& arguments) {
  const sparse::BbsSummary summary =
      sparse::compress_bbs(arguments.in, arguments.out, options_of(arguments));
  std::fputs(summary.to_json().c_str(), stdout);
  return 0;
}

void add_bbs(CLI::App& parent, Command& chosen) {
  auto arguments = std::make_shared<CompressArguments>();
  CLI::App* command = parent.add_subcommand(
      "bbs", "Bi-directional bit-level sparsity: prune bit columns of an int8 tensor (BitVert)");
  command->add_option("--in", arguments->in, "int8 weights, .npy: [K, C] or [K, C, kh, kw]")
      ->required();
  command
      ->add_option("--out", arguments->out,
                   "Folder for weights.npy, metadata.npy, stream.bin, summary.json")
      ->required();
  command
      ->add_option("--method", arguments->method,
                   "ra (rounded averaging) or zps (zero-point shifting)")
      ->capture_default_str();
  command->add_option("--columns", arguments->columns, "Bit columns to prune, 0..6")
      ->capture_default_str();
  command->add_option("--group", arguments->group, "Weights that share metadata, 1..256")
      ->capture_default_str();
  command
      ->add_option("--constant-bits", arguments->constant_bits,
                   "Width of zero-point shifting's constant, 1..6")
      ->capture_default_str();
  command
      ->add_option(
          "--narrow-inputs", arguments->narrow_inputs,
          "Groups of layers with fewer input channels than a group: straddle (cut the flattened "
          "order every GROUP weights) or shorten (to the input channels)")
      ->capture_default_str();
  command->callback([arguments, &chosen] { chosen = [arguments] { return execute(*arguments); }; });
}

}  // namespace

void add_compress_command(CLI::App& program, Command& chosen) {
  CLI::App* command = program.add_subcommand("compress", "Run an offline encoder on a tensor");
  command->require_subcommand(1);
  add_bbs(*command, chosen);
}

}  // namespace lacuna::cli
