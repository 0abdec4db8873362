// ToolError: what ends ydoc, as one line for people and an exit code for programs.
#pragma once

#include <stdexcept>
#include <string>

namespace assay::crdt::tools {

enum Exit : int {
  exit_fine = 0,
  exit_no = 1,       // the question's answer is no
  exit_usage = 2,    // wrong usage
  exit_input = 3,    // input that cannot be read
  exit_machine = 4,  // the machine's trouble: disk, permission
};

class ToolError : public std::runtime_error {
 public:
  ToolError(Exit exit_code, const std::string& line) : std::runtime_error(line), code(exit_code) {}
  Exit code;
};

}  // namespace assay::crdt::tools
