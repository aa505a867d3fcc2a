// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "core/document.h"
#include "core/parameters.h"
#include "sparse/compress_adaptive.h"

namespace lacuna::cli {

namespace {

struct AntArguments {
  std::string in;
  std::string out;
  std::string bits = "6";
  std::string type = "auto";
  std::string scope = "tensor";
};

int execute(const AntArguments& arguments) {
  Node node = Node::make_mapping();
  const auto set = [&node](const std::string& key, const std::string& value) {
    Place place;
    place.file = "--" + key + " " + value;
    node.set(key, Node::make_scalar(value, place));
  };
  set("bits", arguments.bits);
  set("type", arguments.type);
  set("scope", arguments.scope);
  Diagnostics diagnostics;
  const auto options = read_parameters<sparse::AdaptiveCompressOptions>(node, "", diagnostics);
  diagnostics.throw_if_any();
  const sparse::AdaptiveSummary summary =
      sparse::compress_adaptive_file(arguments.in, arguments.out, options);
  std::fputs(summary.to_json().c_str(), stdout);
  return 0;
}

}  // namespace

void add_compress_ant(CLI::App& parent, Command& chosen) {
  auto arguments = std::make_shared<AntArguments>();
  CLI::App* command = parent.add_subcommand(
      "ant", "Encode an int8 tensor as integers, flint or powers of two of a few bits (ANT)");
  command->add_option("--in", arguments->in, "int8 weights, .npy: [K, C] or [K, C, kh, kw]")
      ->required();
  command
      ->add_option("--out", arguments->out,
                   "Folder for weights.npy, codes.npy, formats.npy, summary.json")
      ->required();
  command->add_option("--bits", arguments->bits, "Bits of a code, 4..8")->capture_default_str();
  command
      ->add_option("--type", arguments->type,
                   "int, flint, pot, or auto: the one of least squared error")
      ->capture_default_str();
  command->add_option("--scope", arguments->scope, "What shares a type: tensor or channel")
      ->capture_default_str();
  command->callback([arguments, &chosen] { chosen = [arguments] { return execute(*arguments); }; });
}

}  // namespace lacuna::cli
