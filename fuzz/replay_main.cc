// Runs a fuzz target over files, or over all files of folders: its main in builds without libFuzzer.

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> list_inputs(const std::filesystem::path& place) {
  std::vector<std::filesystem::path> inputs;
  if (!std::filesystem::is_directory(place)) return {place};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(place)) {
    if (entry.is_regular_file()) inputs.push_back(entry.path());
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const std::filesystem::path& input : list_inputs(argv[i])) {
      std::ifstream file(input, std::ios::binary);
      if (!file) {
        fmt::print(stderr, "{} cannot be read\n", input.string());
        return 1;
      }
      const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
      fmt::print("{}\n", input.string());
      std::fflush(stdout);  // so that the last line names the input that ended the process
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      ++count;
    }
  }
  if (count == 0) {
    fmt::print(stderr, "no inputs: name files, or folders that hold some\n");
    return 1;
  }
  fmt::print("replayed {} inputs\n", count);
  return 0;
}
