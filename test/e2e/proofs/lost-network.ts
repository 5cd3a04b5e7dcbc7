/**
 * How long after the loss of a network a request may begin that still fails, in milliseconds: it can be put on a connection that is
 * open and dead. TCP keepalive of an import (`tcpKeepalive` of its DestinationRule) asks the other side after 2 s of silence, and gives
 * up after 2 probes of 1 s each without an answer: 4 s after the last packet, which came before the loss. New connections take less:
 * each attempt ends after 1 s, and proxies try again elsewhere. The rest is for the command that cuts the network.
 */
export const LONGEST_NOTICE = 4000 + 500;
