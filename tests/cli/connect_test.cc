#include "cli/edit_jsonc.h"
#include "cli/edit_toml.h"
#include "run_govlog.h"

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

namespace govlog {

namespace {

const ConfigEntry kEntry{"servers", "govlog", {{"command", "/g"}, {"args", std::vector<std::string>{"--db", "/s", "mcp"}}}};

std::string jsonc(std::string_view text, JsoncComments comments = JsoncComments::kAllowed) {
  const auto edited = set_jsonc_entry(text, kEntry, comments);
  return edited.ok() ? *edited : edited.error().message;
}

std::string toml(std::string_view text) {
  const auto edited = set_toml_entry(text, kEntry);
  return edited.ok() ? *edited : edited.error().message;
}

std::string file(const Shell& shell, const std::string& name) { return shell.run("cat '" + name + "'").out; }

unsigned mode_of(const std::filesystem::path& path) {
  struct stat found = {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777U;
}

// HOME is the shell's directory, and nothing else of the caller's leads to settings.
Ran connect(const Shell& shell, const std::string& arguments) {
  return shell.run("unset XDG_CONFIG_HOME CODEX_HOME CLAUDE_CONFIG_DIR; export HOME=$PWD; govlog connect " + arguments);
}

}  // namespace

TEST_SUITE("connect") {
  TEST_CASE("JSON gets one member, in the manner of its neighbours, and keeps all else") {
    struct Case {
      std::string_view before;
      std::string_view after;
    };
    const std::vector<Case> cases{
        {"",
         "{\n  \"servers\": {\n    \"govlog\": {\n      \"command\": \"/g\",\n      \"args\": [\"--db\", \"/s\", \"mcp\"]\n    "
         "}\n  }\n}\n"},
        {"{}",
         "{\n  \"servers\": {\n    \"govlog\": {\n      \"command\": \"/g\",\n      \"args\": [\"--db\", \"/s\", \"mcp\"]\n    "
         "}\n  }\n}"},
        {"{\"servers\":{\"a\":{\"command\":\"x\"}},\"b\":1}",
         "{\"servers\":{\"a\":{\"command\":\"x\"}, \"govlog\": {\"command\": \"/g\", \"args\": [\"--db\", \"/s\", "
         "\"mcp\"]}},\"b\":1}"},
        {"// mine\n{\n\t\"servers\": {\n\t\t\"a\": {}, // the first\n\t\t/* more */\n\t}, /* end */\n}\n",
         "// mine\n{\n\t\"servers\": {\n\t\t\"a\": {}, // the first\n\t\t\"govlog\": {\n\t\t\t\"command\": "
         "\"/g\",\n\t\t\t\"args\": [\"--db\", "
         "\"/s\", \"mcp\"]\n\t\t},\n\t\t/* more */\n\t}, /* end */\n}\n"},
        {"{\r\n    \"theme\": \"dark\" // one\r\n}\r\n",
         "{\r\n    \"theme\": \"dark\", // one\r\n    \"servers\": {\r\n        \"govlog\": {\r\n            \"command\": "
         "\"/g\",\r\n            "
         "\"args\": [\"--db\", \"/s\", \"mcp\"]\r\n        }\r\n    }\r\n}\r\n"},
        {"{\n  \"servers\": {\n    // none yet\n  }\n}\n",
         "{\n  \"servers\": {\n    // none yet\n    \"govlog\": {\n      \"command\": \"/g\",\n      \"args\": [\"--db\", "
         "\"/s\", \"mcp\"]\n    "
         "}\n  }\n}\n"},
        {"{\"servers\": {\"govlog\": {\"env\": {\"GOVLOG_ACTOR\": \"ana\"}, \"command\": \"/old\" /* was */, \"args\": []}}}",
         "{\"servers\": {\"govlog\": {\"env\": {\"GOVLOG_ACTOR\": \"ana\"}, \"command\": \"/g\" /* was */, \"args\": "
         "[\"--db\", \"/s\", "
         "\"mcp\"]}}}"},
        {"{\"servers\": {\"govlog\": {\"command\": \"\\u002fg\", \"args\": [\n \"--db\", \"/s\", // here\n \"mcp\"]}}}",
         "{\"servers\": {\"govlog\": {\"command\": \"\\u002fg\", \"args\": [\n \"--db\", \"/s\", // here\n \"mcp\"]}}}"},
        {"\xEF\xBB\xBF{\"servers\": 1, \"servers\": {}}",
         "\xEF\xBB\xBF{\"servers\": 1, \"servers\": {\n  \"govlog\": {\n    \"command\": \"/g\",\n    \"args\": [\"--db\", "
         "\"/s\", \"mcp\"]\n  "
         "}\n}}"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.before);
      CHECK(jsonc(c.before) == c.after);
      CHECK(jsonc(c.after) == c.after);
    }
  }

  TEST_CASE("JSON that is not valid is refused, with its line") {
    struct Case {
      std::string_view text;
      std::string_view message;
    };
    const std::vector<Case> cases{
        {"{\n  \"a\": 1\n  \"b\": 2\n}", "line 3: expected ',' or '}'"},
        {"{\n  \"a\": \n}", "line 3: expected a value"},
        {"{\n  a: 1 }", "line 2: expected a name in double quotes"},
        {"{\"a\" 1}", "line 1: expected ':'"},
        {"{\"a\": \"x\n\"}", "line 1: a text does not end on its line"},
        {"{\"a\": \"\\q\"}", "line 1: an escape that JSON does not have"},
        {"{\"a\": [1, 2}", "line 1: expected ',' or ']'"},
        {"{} {}", "line 1: more follows the value"},
        {"{\n/* \n", "line 2: a comment does not end"},
        {"{\"a\": treu}", "line 1: expected a value"},
        {"{", "line 1: expected a name in double quotes"},
        {"[]", "line 1: expected '{', as settings have it"},
        {"{\n\"servers\": null}", "line 2: \"servers\" is no object"},
        {"{\"servers\": {\"govlog\": []}}", "line 1: \"govlog\" is no object"},
        {"{\"servers\": {\"govlog\": {\"url\": \"u\"}}}", "line 1: \"govlog\" is a server with a url; give --name for another"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.text);
      CHECK(jsonc(c.text) == c.message);
    }
    CHECK(jsonc(std::string(100'000, '[')) == "line 1: nested too deeply");
    CHECK(jsonc("{\n// x\n}", JsoncComments::kRefused) == "line 2: a comment, which the host does not take in this file");
    CHECK(jsonc("{\"a\": 1,\n}", JsoncComments::kRefused) ==
          "line 2: a comma before '}', which the host does not take in this file");
  }

  TEST_CASE("TOML gets one table, and keeps all else") {
    struct Case {
      std::string_view before;
      std::string_view after;
    };
    const std::string_view table = "[servers.govlog]\ncommand = \"/g\"\nargs = [\"--db\", \"/s\", \"mcp\"]\n";
    CHECK(toml("") == table);
    CHECK(toml("model = \"o\" # mine") == "model = \"o\" # mine\n\n" + std::string(table));
    CHECK(toml("a = 1\n\n") == "a = 1\n\n" + std::string(table));
    const std::vector<Case> cases{
        {"[servers.a]\r\ncommand = 'x'\r\n",
         "[servers.a]\r\ncommand = 'x'\r\n\r\n[servers.govlog]\r\ncommand = \"/g\"\r\nargs = [\"--db\", \"/s\", \"mcp\"]\r\n"},
        {"[ servers . \"govlog\" ] # ours\n  command = \"/old\" # was\n\n[servers.govlog.env]\nA = \"1\"\n",
         "[ servers . \"govlog\" ] # ours\n  command = \"/g\" # was\n  args = [\"--db\", \"/s\", "
         "\"mcp\"]\n\n[servers.govlog.env]\nA = \"1\"\n"},
        {"[servers.govlog]\nargs = [ # words\n  '--db', \"\"\"\n/s\"\"\",\n  \"m\\u0063p\",\n]\ncommand = '''/g'''\n",
         "[servers.govlog]\nargs = [ # words\n  '--db', \"\"\"\n/s\"\"\",\n  \"m\\u0063p\",\n]\ncommand = '''/g'''\n"},
        {"[servers.govlog]", "[servers.govlog]\nargs = [\"--db\", \"/s\", \"mcp\"]\ncommand = \"/g\"\n"},
        {"t = 1979-05-27 07:32:00Z\nx = {a = [1, 2.5, inf], \"b c\" = true}\n[[p]]\ns = \"\"\"a\n[servers.govlog]\n\"\"\"\n",
         "t = 1979-05-27 07:32:00Z\nx = {a = [1, 2.5, inf], \"b c\" = true}\n[[p]]\ns = \"\"\"a\n[servers.govlog]\n\"\"\"\n\n"
         "[servers.govlog]\ncommand = \"/g\"\nargs = [\"--db\", \"/s\", \"mcp\"]\n"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.before);
      if (c.before != "[servers.govlog]") CHECK(toml(c.before) == c.after);
      CHECK(toml(toml(c.before)) == toml(c.before));
      CHECK(toml(c.after) == c.after);
    }
  }

  TEST_CASE("TOML that is not valid, or says the server in another form, is refused, with its line") {
    struct Case {
      std::string_view text;
      std::string_view message;
    };
    const std::vector<Case> cases{
        {"a = 1\nb =\n", "line 2: expected a value"},
        {"a = 1 2\n", "line 1: expected the end of the line"},
        {"[a\n", "line 1: expected the end of the table's name"},
        {"\n\n= 1\n", "line 3: expected a key"},
        {"a = \"x\n", "line 1: a text does not end"},
        {"a = \"\\q\"\n", "line 1: an escape that TOML does not have"},
        {"a = [1 2]\n", "line 1: expected ',' or ']'"},
        {"a = [1,\n", "line 2: expected a value"},
        {"a = {b 1}\n", "line 1: expected '='"},
        {"a\n", "line 1: expected '='"},
        {"[servers]\ngovlog = {command = \"x\"}\n", "line 2: govlog is not written as a table [servers.govlog]"},
        {"servers.govlog.command = \"x\"\n", "line 1: govlog is not written as a table [servers.govlog]"},
        {"servers = {}\n", "line 1: govlog is not written as a table [servers.govlog]"},
        {"[servers.govlog]\n[servers.govlog]\n", "line 2: [servers.govlog] is there twice"},
        {"[servers.govlog]\nurl = \"u\"\n", "line 2: govlog is a server with a url; give --name for another"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.text);
      CHECK(toml(c.text) == c.message);
    }
    CHECK(toml("a = " + std::string(100'000, '[')) == "line 1: nested too deeply");
  }

  TEST_CASE("each host's own file is written, under HOME and what stands for it, and a second time says that it was done") {
    struct Case {
      std::string host;
      std::string path;
      std::string part;
    };
    const std::vector<Case> cases{
        {"claude-desktop", ".config/Claude/claude_desktop_config.json",
         "\"mcpServers\": {\n    \"govlog\": {\n      \"command\": \"/"},
        {"claude-code", ".claude.json",
         "\"mcpServers\": {\n    \"govlog\": {\n      \"type\": \"stdio\",\n      \"command\": \"/"},
        {"cursor", ".cursor/mcp.json", "\"mcpServers\": {\n    \"govlog\": {\n      \"command\": \"/"},
        {"vscode", ".config/Code/User/mcp.json",
         "\"servers\": {\n    \"govlog\": {\n      \"type\": \"stdio\",\n      \"command\": \"/"},
        {"zed", ".config/zed/settings.json", "\"context_servers\": {\n    \"govlog\": {\n      \"command\": \"/"},
        {"codex", ".codex/config.toml", "[mcp_servers.govlog]\ncommand = \"/"},
        {"claude-code --project", ".mcp.json", "\"mcpServers\""},
        {"vscode --project", ".vscode/mcp.json", "\"servers\""},
    };
    const Shell shell;
    for (const Case& c : cases) {
      CAPTURE(c.host);
      const Ran first = connect(shell, c.host);
      CHECK(first.exit_code == 0);
      CHECK(contains(first.out, c.path));
      const std::string written = file(shell, c.path);
      CHECK(contains(written, c.part));
      CHECK(contains(written, "[\"--db\", \"" + shell.store().string() + "\", \"mcp\"]"));
      const Ran again = connect(shell, c.host);
      CHECK(contains(again.out, "is connected already"));
      CHECK(file(shell, c.path) == written);
      CHECK(!std::filesystem::exists(shell.directory() / (c.path + ".bak")));
    }
    CHECK(!std::filesystem::exists(shell.store()));
  }

  TEST_CASE("XDG_CONFIG_HOME, CODEX_HOME and macOS decide where settings are") {
    const Shell shell;
    const std::string set = "unset CLAUDE_CONFIG_DIR; export HOME=$PWD XDG_CONFIG_HOME=$PWD/x CODEX_HOME=$PWD/c; ";
    CHECK(contains(shell.run(set + "govlog connect zed").out, "/x/zed/settings.json"));
    CHECK(contains(shell.run(set + "govlog connect codex").out, "/c/config.toml"));
    CHECK(contains(shell.run(set + "mkdir -p 'Library/Application Support'; govlog connect vscode").out,
                   "/Library/Application Support/Code/User/mcp.json"));
    CHECK(contains(shell.run(set + "govlog connect claude-desktop").out,
                   "/Library/Application Support/Claude/claude_desktop_config.json"));
    const Ran homeless = shell.run("unset HOME; govlog --json connect zed");
    CHECK(homeless.exit_code == 2);
    CHECK(contains(homeless.err, "--config FILE"));
  }

  TEST_CASE("a file that is there keeps its other servers, its mode and its link, and a backup has what it said") {
    const Shell shell;
    const std::string before = "{\n  // mine\n  \"servers\": {\n    \"other\": {\"command\": \"o\"},\n  },\n}\n";
    shell.write("real.json", before);
    REQUIRE(shell.run("chmod 640 real.json; mkdir d; ln -s ../real.json d/link.json").exit_code == 0);
    const Ran ran = connect(shell, "vscode --read-only --name log --config d/link.json");
    CHECK(ran.exit_code == 0);
    CHECK(contains(ran.out, "real.json.bak"));
    const std::string after = file(shell, "real.json");
    CHECK(after.starts_with("{\n  // mine\n  \"servers\": {\n    \"other\": {\"command\": \"o\"},\n    \"log\": {\n"));
    CHECK(contains(after, "\"mcp\", \"--read-only\"]\n    },\n  },\n}\n"));
    CHECK(file(shell, "real.json.bak") == before);
    CHECK(mode_of(shell.directory() / "real.json") == 0640U);
    CHECK(mode_of(shell.directory() / "real.json.bak") == 0640U);
    CHECK(std::filesystem::is_symlink(shell.directory() / "d/link.json"));
    CHECK(shell.run("ls -A . d | sort | tr '\\n' ' '").out == " .: d d: err link.json out real.json real.json.bak ");
  }

  TEST_CASE("a dangling link makes the file that it names") {
    const Shell shell;
    REQUIRE(shell.run("ln -s there/a.toml link.toml").exit_code == 0);
    CHECK(connect(shell, "codex --config link.toml").exit_code == 0);
    CHECK(contains(file(shell, "there/a.toml"), "[mcp_servers.govlog]"));
  }

  TEST_CASE("--print shows the entry and writes nothing") {
    const Shell shell;
    const Ran ran = connect(shell, "cursor --print");
    CHECK(ran.exit_code == 0);
    CHECK(ran.out.starts_with("{\n  \"mcpServers\": {\n    \"govlog\": {"));
    CHECK(contains(ran.err, ".cursor/mcp.json would say this"));
    CHECK(!std::filesystem::exists(shell.directory() / ".cursor"));
    CHECK(connect(shell, "cursor").exit_code == 0);
    CHECK(contains(connect(shell, "cursor --print").err, "says this already"));
  }

  TEST_CASE("--json tells what was done") {
    const Shell shell;
    const std::string store = shell.store().string();
    shell.write("s.json", "{}");
    CHECK(contains(connect(shell, "zed --json --config s.json").out,
                   "\"args\":[\"--db\",\"" + store + "\",\"mcp\"],\"changed\":true,\"backup\":\"s.json.bak\"}\n"));
    CHECK(contains(connect(shell, "zed --json --config s.json").out, "\"changed\":false,\"backup\":null}\n"));
  }

  TEST_CASE("a relative store is named absolutely") {
    const Shell shell;
    CHECK(contains(connect(shell, "codex --print --db ./here/../there").out,
                   "\"" + (shell.directory() / "there").string() + "\""));
  }

  TEST_CASE("what cannot be done is said, and the file left alone") {
    struct Case {
      std::string arguments;
      int exit_code;
      std::string part;
    };
    const Shell shell;
    shell.write("broken.json", "{\n  \"a\": 1,,\n}\n");
    REQUIRE(shell.run("mkdir dir; ln -s round round").exit_code == 0);
    const std::vector<Case> cases{
        {"", 2, "HOST"},
        {"emacs", 2, "claude-desktop"},
        {"zed --config broken.json", 2, "line 2: expected a name in double quotes; the file was left as it is"},
        {"claude-desktop --project", 2, "Claude Desktop has no settings for one project"},
        {"zed --project --config x", 2, "two files"},
        {"zed --name 'a b'", 2, "name is 1 to 30"},
        {"zed --name ''", 2, "name is 1 to 30"},
        {"zed --config ''", 2, "config is empty"},
        {"zed --config dir", 8, "dir is no file"},
        {"zed --config round", 8, "leads round"},
        {"zed --config /proc/none/settings.json", 8, "cannot make /proc/none"},
        {"zed --config broken.json/x", 8, "cannot read broken.json/x"},
        {"zed --db \"$(printf '\\377')\"", 2, "no UTF-8"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.arguments);
      const Ran ran = connect(shell, c.arguments);
      CHECK(ran.exit_code == c.exit_code);
      CHECK(contains(ran.err, c.part));
      CHECK(ran.out.empty());
    }
    CHECK(file(shell, "broken.json") == "{\n  \"a\": 1,,\n}\n");
    CHECK(!std::filesystem::exists(shell.directory() / "broken.json.bak"));
  }

  TEST_CASE("a directory that cannot be written leaves the file as it was") {
    const Shell shell;
    REQUIRE(shell.run("mkdir d; echo '{}' > d/s.json; chmod 555 d; test ! -w d || exit 9").exit_code != 1);
    if (shell.run("test -w d").exit_code == 0) return;  // root may write everywhere
    CHECK(connect(shell, "zed --config d/s.json").exit_code == 8);
    CHECK(file(shell, "d/s.json") == "{}\n");
  }

  TEST_CASE("completion offers the hosts") {
    const Shell shell;
    CHECK(shell.run("govlog __complete connect cl").out == "claude-code\nclaude-desktop\n");
    CHECK(contains(shell.run("govlog __complete connect zed --r").out, "--read-only\n"));
  }
}

}  // namespace govlog
