// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "core/error.h"
#include "platform/module_table.h"
#include "report/reference.h"

namespace lacuna::cli {

namespace {

struct DescribeArguments {
  std::string type;
  bool markdown = false;
};

int execute(const DescribeArguments& arguments) {
  if (arguments.type.empty()) {
    const std::string text = arguments.markdown
                                 ? report::reference_markdown(platform::module_types())
                                 : report::type_list(platform::module_types());
    std::fputs(text.c_str(), stdout);
    return 0;
  }
  const tlm::ModuleType* type = platform::find_module_type(arguments.type);
  if (type == nullptr) {
    Place place;
    place.file = "describe " + arguments.type;
    throw input_error(place, "no module type of that name" +
                                 suggestion(arguments.type, platform::module_type_names()));
  }
  const std::string text =
      arguments.markdown ? report::reference_markdown({*type}) : report::type_description(*type);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

void add_describe_command(CLI::App& program, Command& chosen) {
  auto arguments = std::make_shared<DescribeArguments>();
  CLI::App* command = program.add_subcommand(
      "describe", "Module types: parameters, units, defaults, sockets, statistics");
  command->add_option("type", arguments->type, "One type; all of them if not said");
  command->add_flag("--markdown", arguments->markdown,
                    "As Markdown: how doc/platform_reference.md is made");
  command->callback([arguments, &chosen] { chosen = [arguments] { return execute(*arguments); }; });
}

}  // namespace lacuna::cli
