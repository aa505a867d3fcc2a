// SPDX-License-Identifier: Apache-2.0
#include "platform/child_process.h"

#include <cstdio>
#include <map>
#include <memory>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.h"

namespace lacuna::platform {

namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

std::string contents(std::FILE* file) {
  std::string text;
  std::rewind(file);
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, file)) {
    text.append(buffer, count);
  }
  return text;
}

/// Starts one child whose stderr goes to `errors`.
pid_t start(const ChildRun& run, std::FILE* errors) {
  std::vector<char*> arguments;
  std::string program = "lacuna";
  arguments.push_back(program.data());
  std::vector<std::string> copies = run.arguments;
  for (std::string& argument : copies) {
    arguments.push_back(argument.data());
  }
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, fileno(errors), STDERR_FILENO);
  pid_t child = 0;
  const int failure =
      posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    throw model_error("cannot start a child process");
  }
  return child;
}

}  // namespace

void add_overrides(std::vector<std::string>& arguments, const std::vector<Override>& overrides) {
  for (const Override& change : overrides) {
    arguments.insert(arguments.end(), {"--set", change.path + "=" + change.value});
  }
}

void run_children(Span<ChildRun> runs, unsigned jobs,
                  const std::function<void(std::size_t)>& finished) {
  struct Running {
    std::size_t index;
    File errors;
  };
  std::map<pid_t, Running> running;
  std::size_t next = 0;
  std::size_t done = 0;
  while (done < runs.size()) {
    while (next < runs.size() && running.size() < std::max(1U, jobs)) {
      File errors(std::tmpfile());
      if (!errors) {
        throw model_error("cannot make a temporary file for a child process");
      }
      const pid_t child = start(runs[next], errors.get());
      running.emplace(child, Running{next, std::move(errors)});
      ++next;
    }
    int status = 0;
    const pid_t child = ::waitpid(-1, &status, 0);
    const auto found = running.find(child);
    if (found == running.end()) {
      continue;
    }
    ChildRun& run = runs[found->second.index];
    run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 3;
    run.errors = contents(found->second.errors.get());
    running.erase(found);
    ++done;
    if (finished) {
      finished(done);
    }
  }
}

}  // namespace lacuna::platform
