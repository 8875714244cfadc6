// What no route takes: files, OPTIONS, and what is not there.
//
// A file that cannot be had at once is waited for: its request stays where it
// is, as one that is cut, and is asked again when the file is known.
#pragma once

#include <string_view>
#include <unordered_map>

#include "app/http_answers.h"
#include "app/static_files.h"
#include "wire/http_request.h"

namespace papo::app {

class FileAnswers {
 public:
  // All must outlive it.
  FileAnswers(const Options* options, Connections* connections,
              Metrics* metrics, HttpAnswers* answers, FileSource* files)
      : options_(*options),
        connections_(*connections),
        metrics_(*metrics),
        answers_(*answers),
        files_(*files) {}

  // False when the request has to wait for its file.
  bool answer(Connection& connection, const HttpReply& to,
              const http::Request& request);
  bool is_waiting(const Connection& connection) const;
  // Nobody waits for the connection's file any more.
  void stop_waiting(const Connection& connection);
  // The disk has not answered in time: says so, and closes.
  void give_up(Connection& connection);
  // Once a turn: who has waited may read on.
  void take_found();
  bool is_quiet() const { return waits_.empty(); }

 private:
  using Outcome = FileLookups::Outcome;
  Outcome find(Connection& connection, std::string_view path, File* file);
  void answer_options(Connection& connection, const HttpReply& to,
                      const http::Request& request, std::string_view methods);
  void answer_file(Connection& connection, const HttpReply& to,
                   const http::Request& request, std::string_view path,
                   const File& file);

  const Options& options_;
  Connections& connections_;
  Metrics& metrics_;
  HttpAnswers& answers_;
  FileSource& files_;
  // Requests whose file is looked for, or was found just now.
  struct Wait {
    FileLookups::Ticket ticket = 0;
    bool is_over = false;
  };
  std::unordered_map<ConnectionId, Wait> waits_;
};

}  // namespace papo::app
