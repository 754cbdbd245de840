// Records outlive their ports: which records belong to a port, that it is shut down, and that a
// port of its name is there again.
#pragma once

#include <string>

// A record's client of a port.
class PortClient
{
  public:
    // Of a port that exists. Called once, in record initialisation.
    void watch(const std::string &port);

    // The port is shut down. Any thread, no lock held.
    virtual void portGone() = 0;
    // A port of its name is there, and complete. Called again and again until joined() is true,
    // at longer and longer intervals. A timer's thread, no lock held.
    virtual void portBack() = 0;
    virtual bool joined() const = 0; // any thread

  protected:
    ~PortClient() = default; // it stays for ever, as device support does
};
