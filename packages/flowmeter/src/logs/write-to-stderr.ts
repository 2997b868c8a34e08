/**
 * Writes to stderr: standard output belongs to the application. It is out when this returns, so it is not lost when the process ends
 * then, unless whoever reads a pipe is behind by more than it holds (64 KiB on Linux). Nobody may be reading there any more, which
 * must not end the application: that is told by an event, after the write.
 */
export function writeToStderr(text: string): void {
  try {
    const { stderr } = process;
    stderr.off('error', ignore).once('error', ignore);
    stderr.write(text, (error) => {
      if (!error) stderr.off('error', ignore);
    });
  } catch {
    // The application has put something in its place that fails.
  }
}

function ignore(): void {}
